#include "slice/cut.hpp"

#include "slice/boundary.hpp"
#include "slice/lines.hpp"
#include "slice/utf8.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace skep::slice {
namespace {

constexpr std::uint64_t kLongestCharacter = 4;

struct Region {
  std::uint64_t begin;
  std::uint64_t end;
};

std::unexpected<Error> beyond(const std::string& what, const std::string& size) {
  return fail(ErrorKind::kInvalidArgument, "there is no " + what + ": the content has " + size);
}

Result<Region> region_of(Window& window, const LineRange& range) {
  std::uint64_t to_skip = range.first - 1;
  const auto begin = skip_lines(window, 0, to_skip);
  if (!begin) return std::unexpected(begin.error());
  const bool is_there = to_skip == 0 && (*begin < window.size_bytes() || range.first == 1);
  if (!is_there) {
    const auto count = count_lines(window);
    if (!count) return std::unexpected(count.error());
    return beyond("line " + std::to_string(range.first),
                  std::to_string(*count) + (*count == 1 ? " line" : " lines"));
  }
  if (!range.last) return Region{*begin, window.size_bytes()};
  std::uint64_t to_show = *range.last - range.first + 1;
  const auto end = skip_lines(window, *begin, to_show);
  if (!end) return std::unexpected(end.error());
  return Region{*begin, *end};
}

Result<Region> region_of(Window& window, const ByteRange& range) {
  const std::uint64_t size = window.size_bytes();
  if (range.first > size || (range.first == size && size != 0)) {
    return beyond("byte " + std::to_string(range.first), std::to_string(size) + " bytes");
  }
  const auto begin = character_boundary(window, range.first);
  if (!begin) return std::unexpected(begin.error());
  if (!range.last || *range.last >= size) return Region{*begin, size};
  const auto end = character_boundary(window, *range.last + 1);
  if (!end) return std::unexpected(end.error());
  return Region{*begin, *end};
}

Result<Region> region_of(Window& window, const Selection& selection) {
  if (const auto* lines = std::get_if<LineRange>(&selection)) return region_of(window, *lines);
  if (const auto* bytes = std::get_if<ByteRange>(&selection)) return region_of(window, *bytes);
  return Region{0, window.size_bytes()};
}

Result<std::string> load(Window& window, Region region) {
  std::string bytes;
  auto loaded =
      for_each_piece(window, region.begin, region.end, [&bytes](std::string_view piece, auto) {
        bytes.append(piece);
        return true;
      });
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  return bytes;
}

// The bytes of the first `count` characters.
std::size_t bytes_of(std::string_view text, std::uint64_t count) {
  std::size_t at = 0;
  for (; count != 0 && at < text.size(); --count) at += step_bytes(text.substr(at));
  return at;
}

std::uint64_t budget_of(const SliceQuery& query) {
  std::uint64_t most = query.max_chars.value_or(kMaxSliceChars);
  if (const auto* first = std::get_if<FirstChars>(&query.selection)) {
    return std::min(most, first->count);
  }
  if (const auto* last = std::get_if<LastChars>(&query.selection)) {
    return std::min(most, last->count);
  }
  return query.max_chars.value_or(kDefaultSliceChars);
}

// Lines, where they are counted.
Result<void> number_lines(Window& window, std::string_view shown, Slice& slice) {
  if (slice.total_bytes > kMaxCountedBytes) return {};
  const std::uint64_t begin = shown.empty() ? 0 : slice.begin_byte;
  const auto before = count_line_feeds(window, 0, begin);
  if (!before) return std::unexpected(before.error());
  const auto rest = count_lines(window, begin);
  if (!rest) return std::unexpected(rest.error());
  slice.total_lines = *before + *rest;
  if (shown.empty()) return {};
  slice.first_line = *before + 1;
  shown.remove_suffix(1);
  slice.last_line = *slice.first_line + static_cast<std::uint64_t>(std::ranges::count(shown, '\n'));
  return {};
}

SliceQuery rest_of(const SliceQuery& query, ByteRange range) {
  SliceQuery next(range, static_cast<std::size_t>(budget_of(query)));
  next.pointer = query.pointer;
  return next;
}

// The end of the content, of which `tail` is so much that it has `most` characters.
std::string cut_tail(std::string tail, std::uint64_t most, bool is_all) {
  std::string_view rest = tail;
  if (!is_all) {
    while (!rest.empty() && is_continuation(rest.front())) rest.remove_prefix(1);
  }
  const std::uint64_t count = count_characters(rest);
  const std::size_t dropped = count > most ? bytes_of(rest, count - most) : 0;
  rest.remove_prefix(dropped);
  if (!is_all || dropped != 0) rest.remove_prefix(sensible_begin(rest));
  tail.erase(0, tail.size() - rest.size());
  return tail;
}

}  // namespace

Result<Slice> cut(TextSource& source, const SliceQuery& query, const Stop& stop) {
  Window window(source, stop);
  const std::uint64_t budget = budget_of(query);
  const std::uint64_t most_bytes = budget * kLongestCharacter;
  const auto region = region_of(window, query.selection);
  if (!region) return std::unexpected(region.error());
  const std::uint64_t selected_bytes = region->end - region->begin;
  const bool is_tail = std::holds_alternative<LastChars>(query.selection);
  const std::uint64_t loaded_bytes = std::min(selected_bytes, most_bytes);
  const Region to_load = is_tail ? Region{region->end - loaded_bytes, region->end}
                                 : Region{region->begin, region->begin + loaded_bytes};
  auto shown = load(window, to_load);
  if (!shown) return std::unexpected(std::move(shown.error()));

  Slice slice;
  slice.total_bytes = window.size_bytes();
  if (is_tail) {
    *shown = cut_tail(std::move(*shown), budget, loaded_bytes == selected_bytes);
    slice.begin_byte = region->end - shown->size();
    slice.end_byte = region->end;
    slice.remaining_bytes = slice.begin_byte;
    if (slice.begin_byte != 0) slice.next = rest_of(query, ByteRange{0, slice.begin_byte - 1});
  } else {
    shown->resize(bytes_of(*shown, budget));
    if (shown->size() < selected_bytes) shown->resize(sensible_end(*shown));
    slice.begin_byte = region->begin;
    slice.end_byte = region->begin + shown->size();
    slice.remaining_bytes = region->end - slice.end_byte;
    if (slice.remaining_bytes != 0) {
      ByteRange rest{slice.end_byte, std::nullopt};
      if (region->end != slice.total_bytes) rest.last = region->end - 1;
      slice.next = rest_of(query, rest);
    }
  }
  if (auto numbered = number_lines(window, *shown, slice); !numbered) {
    return std::unexpected(std::move(numbered.error()));
  }
  slice.text = valid_utf8(std::move(*shown), slice.invalid_bytes);
  return slice;
}

}  // namespace skep::slice
