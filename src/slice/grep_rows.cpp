#include "slice/grep_rows.hpp"

#include "slice/utf8.hpp"

#include <algorithm>

namespace skep::slice {

std::size_t row_bytes(std::string_view text) noexcept {
  const auto line_feed = text.substr(0, kMaxRowBytes + 1).find('\n');
  if (line_feed != std::string_view::npos) return line_feed + 1;
  if (text.size() <= kMaxRowBytes) return text.size();
  std::size_t end = kMaxRowBytes;
  while (end > kMaxRowBytes - 3 && is_continuation(text[end])) --end;
  return end;
}

std::string row_text(const Row& row, bool matches, std::size_t at, std::size_t most_chars,
                     std::uint64_t& invalid_count) {
  std::size_t begin = 0;
  std::size_t end = row.text.size();
  if (count_characters(row.text) > most_chars) {
    // A third of it before the match.
    begin = std::min(at, row.text.size());
    for (std::size_t left = most_chars / 3; left != 0 && begin != 0; --left) {
      --begin;
      while (begin != 0 && is_continuation(row.text[begin])) --begin;
    }
    end = begin;
    for (std::size_t left = most_chars; left != 0 && end < row.text.size(); --left) {
      end += step_bytes(row.text.substr(end));
    }
  }
  std::string out = std::to_string(row.line) + (matches ? ':' : '-');
  if (begin != 0 || !row.starts_line) out += "…";
  out += valid_utf8(std::string(row.text.substr(begin, end - begin)), invalid_count);
  if (end != row.text.size() || !row.ends_line) out += "…";
  return out + '\n';
}

}  // namespace skep::slice
