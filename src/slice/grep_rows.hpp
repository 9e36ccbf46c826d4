// Lines as a grep looks at them, and shows them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace skep::slice {

/// A longer line is taken for several rows.
inline constexpr std::size_t kMaxRowBytes = 4'096;

/// What is shown of a row at most, in characters.
inline constexpr std::size_t kMaxShownChars = 500;

/// A line, or a piece of a long one.
struct Row {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;   ///< Behind its line feed, if it has one.
  std::uint64_t line = 0;  ///< From 1.
  bool starts_line = true;
  bool ends_line = true;
  std::string_view text;  ///< Without the line feed; of the window.

  [[nodiscard]] bool has_line_feed() const noexcept { return begin + text.size() != end; }
};

/// The bytes that the row at the beginning of `text` takes: up to the first line feed, or
/// `kMaxRowBytes`, or a few less so that no character is cut. `text` holds `kMaxRowBytes` + 1 bytes
/// or all there are.
[[nodiscard]] std::size_t row_bytes(std::string_view text) noexcept;

/// The row as grep -n shows it, with its line feed: "12:text" or "12-text". A row with more than
/// `most_chars` characters is shown around `at`, a byte of it; "…" stands where something of the
/// line is left out. Bytes that are not UTF-8 are replaced and added to `invalid_count`.
[[nodiscard]] std::string row_text(const Row& row, bool matches, std::size_t at,
                                   std::size_t most_chars, std::uint64_t& invalid_count);

}  // namespace skep::slice
