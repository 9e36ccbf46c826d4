// Outputs in a few words.
#pragma once

#include <skep/output_record.hpp>

#include <cstdint>
#include <string>

namespace skep::mcp {

/// What an event says, in short.
struct Preview {
  std::string text;         ///< Its beginning, on one line.
  std::uint64_t bytes = 0;  ///< As `read_output` counts them; of a file, those that are claimed.
};

[[nodiscard]] Preview preview_of(const OutputEvent& event);

/// What kind of output it is, for people: `final`, `final FAILED`, `artifact "report"`.
[[nodiscard]] std::string kind_of(const OutputEvent& event);

/// The text of an event that has no content: what a progress event says.
[[nodiscard]] std::string progress_text(const Progress& progress);

}  // namespace skep::mcp
