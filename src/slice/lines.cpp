#include "slice/lines.hpp"

#include "slice/utf8.hpp"

#include <algorithm>
#include <utility>

namespace skep::slice {

Result<std::uint64_t> count_line_feeds(Window& window, std::uint64_t begin, std::uint64_t end) {
  std::uint64_t count = 0;
  auto counted = for_each_piece(window, begin, end, [&count](std::string_view piece, auto) {
    count += static_cast<std::uint64_t>(std::ranges::count(piece, '\n'));
    return true;
  });
  if (!counted) return std::unexpected(std::move(counted.error()));
  return count;
}

Result<std::uint64_t> count_lines(Window& window, std::uint64_t begin) {
  const std::uint64_t size = window.size_bytes();
  if (begin >= size) return 0;
  auto count = count_line_feeds(window, begin, size);
  if (!count) return count;
  const auto last = window.at(size - 1);
  if (!last) return std::unexpected(last.error());
  return *count + (last->starts_with('\n') ? 0U : 1U);
}

Result<std::uint64_t> skip_lines(Window& window, std::uint64_t begin, std::uint64_t& count) {
  std::uint64_t at = begin;
  auto walked = for_each_piece(window, begin, window.size_bytes(),
                               [&](std::string_view piece, std::uint64_t offset) {
                                 at = offset;
                                 while (count != 0) {
                                   const auto line_feed = piece.find('\n');
                                   if (line_feed == std::string_view::npos) {
                                     at += piece.size();
                                     return true;
                                   }
                                   --count;
                                   at += line_feed + 1;
                                   piece.remove_prefix(line_feed + 1);
                                 }
                                 return false;
                               });
  if (!walked) return std::unexpected(std::move(walked.error()));
  return at;
}

Result<std::uint64_t> character_boundary(Window& window, std::uint64_t offset) {
  constexpr std::uint64_t kMostBefore = 3;
  const std::uint64_t begin = offset - std::min(offset, kMostBefore);
  const auto view = window.at(begin, 2 * kMostBefore + 1);
  if (!view) return std::unexpected(view.error());
  for (std::uint64_t first = begin; first < offset; ++first) {
    const auto skipped = static_cast<std::size_t>(first - begin);
    if (skipped >= view->size()) break;
    const std::uint64_t end = first + character_bytes(view->substr(skipped));
    if (end > offset) return end;
  }
  return offset;
}

}  // namespace skep::slice
