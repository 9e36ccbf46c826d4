// Outputs in a few words.
#pragma once

#include <skep/output_record.hpp>

#include <cstddef>
#include <string>

namespace skep::mcp {

/// The beginning of what an event says, on one line.
[[nodiscard]] std::string preview_of(const OutputEvent& event);

/// The text of an event that has no content: what a progress event says.
[[nodiscard]] std::string progress_text(const Progress& progress);

}  // namespace skep::mcp
