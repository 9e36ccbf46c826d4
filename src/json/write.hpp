// Writing JSON text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace skep::json {

/// Appends the JSON string that spells `text`, which must be UTF-8: `"`, `\` and control characters
/// escaped, everything else as it is.
void write_string(std::string& out, std::string_view text);

/// The same without the quotes around it. A text may come in pieces, cut anywhere.
void append_escaped(std::string& out, std::string_view text);

/// Appends a member to an object that is being written, after a comma unless it is the first one.
void write_member(std::string& out, std::string_view name, std::string_view text);
void write_member(std::string& out, std::string_view name, std::uint64_t number);

}  // namespace skep::json
