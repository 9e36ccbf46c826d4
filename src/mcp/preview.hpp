// Outputs in a few words.
#pragma once

#include <skep/output_record.hpp>

#include <cstdint>
#include <string>

namespace skep::mcp {

/// The beginning of what an event says, on one line.
[[nodiscard]] std::string preview_of(const OutputEvent& event);

/// The bytes of what an event says, as `read_output` counts them; of a file that is not in the
/// store, those that its producer claims.
[[nodiscard]] std::uint64_t size_of(const OutputEvent& event);

/// What kind of output it is, for people: `final`, `final FAILED`, `artifact "report"`.
[[nodiscard]] std::string kind_of(const OutputEvent& event);

/// The text of an event that has no content: what a progress event says.
[[nodiscard]] std::string progress_text(const Progress& progress);

}  // namespace skep::mcp
