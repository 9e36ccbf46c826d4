// What can be searched of an output.
#pragma once

#include <skep/output_event.hpp>

#include <string>
#include <string_view>

namespace skep::search {

/// The readable text of `event`: the stage and note of a progress event, the name of an artifact,
/// the path of a file, the characters of a string, and of any other value its keys and values, one
/// a line. `value` is the JSON text of its inline value, and empty if it has none; malformed JSON
/// gives the strings that are in it. The text is cut to `kMaxSearchedBytes`, is UTF-8 if the texts
/// are, and has no control characters but tabs and line breaks, nor `kBreak`.
[[nodiscard]] std::string searchable_text(const OutputEvent& event, std::string_view value);

/// The same of an event that holds its value.
[[nodiscard]] std::string searchable_text(const OutputEvent& event);

}  // namespace skep::search
