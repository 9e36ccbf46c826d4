// Text of strangers made fit for a terminal: no control characters, so no escape sequences.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace skep::cli {

inline constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

/// Where `text` is not UTF-8; npos if it is.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text);

/// `text` on one line. Control characters, those that turn the direction of writing, and bytes that
/// are not UTF-8 are spelled out (`\n`, `\x1b`, `\u202e`). Past `max_columns` it ends in "…".
[[nodiscard]] std::string one_line(std::string_view text, std::size_t max_columns = kNoLimit);

/// As `one_line`, with any white space as one space: the look of a text, not its spelling.
[[nodiscard]] std::string preview(std::string_view text, std::size_t max_columns);

/// As `one_line`, but line ends and tabs stay.
[[nodiscard]] std::string many_lines(std::string_view text);

/// The columns that harmless text takes on a terminal.
[[nodiscard]] std::size_t width_of(std::string_view text);

/// "512 B", "1.5 KiB", "12 MiB".
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);

}  // namespace skep::cli
