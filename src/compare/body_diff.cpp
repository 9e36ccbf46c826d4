#include "compare/body_diff.hpp"

#include "compare/lines.hpp"
#include "compare/matches.hpp"

#include <algorithm>
#include <string>

namespace skep::compare {
namespace {

using Lines = std::vector<std::string_view>;

// Lines [left, left_end) become [right, right_end).
struct Edit {
  std::size_t left;
  std::size_t left_end;
  std::size_t right;
  std::size_t right_end;
};

// What lies between the matches.
std::vector<Edit> edits_between(const std::vector<Match>& matches, std::size_t left_size,
                                std::size_t right_size) {
  std::vector<Edit> edits;
  std::size_t left = 0;
  std::size_t right = 0;
  const auto add = [&](std::size_t left_end, std::size_t right_end) {
    if (left_end > left || right_end > right) edits.push_back({left, left_end, right, right_end});
  };
  for (const Match& match : matches) {
    add(match.left, match.right);
    left = match.left + match.count;
    right = match.right + match.count;
  }
  add(left_size, right_size);
  return edits;
}

void add_lines(DiffHunk& hunk, char mark, const Lines& lines, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) hunk.lines.push_back(mark + std::string(lines[i]));
  if (mark != '+') hunk.left_count += to - from;
  if (mark != '-') hunk.right_count += to - from;
}

// As unified diffs count: of no lines, the number of the one before them.
std::size_t line_number(std::size_t first, std::size_t count) {
  return count == 0 ? first : first + 1;
}

}  // namespace

BodyDiff diff_texts(std::string_view left_text, std::string_view right_text,
                    std::size_t context_lines, std::size_t max_edits, const StopFlag& stop) {
  const Lines left = lines_of(left_text);
  const Lines right = lines_of(right_text);
  Numbers numbers;
  const auto left_numbers = numbers.of(left);
  const auto right_numbers = numbers.of(right);
  const Matches matches = find_matches(left_numbers, right_numbers, max_edits, stop);
  BodyDiff diff;
  diff.is_minimal = matches.is_longest;
  const auto edits = edits_between(matches.list, left.size(), right.size());
  for (std::size_t i = 0; i < edits.size();) {
    DiffHunk hunk;
    const std::size_t before = std::min({context_lines, edits[i].left, edits[i].right});
    const std::size_t left_start = edits[i].left - before;
    const std::size_t right_start = edits[i].right - before;
    std::size_t left_at = left_start;
    for (bool goes_on = true; goes_on;) {
      const Edit& edit = edits[i++];
      add_lines(hunk, ' ', left, left_at, edit.left);
      add_lines(hunk, '-', left, edit.left, edit.left_end);
      add_lines(hunk, '+', right, edit.right, edit.right_end);
      left_at = edit.left_end;
      // Hunks whose contexts touch are one.
      goes_on = i < edits.size() && edits[i].left - left_at <= 2 * context_lines;
    }
    add_lines(hunk, ' ', left, left_at, std::min(left_at + context_lines, left.size()));
    hunk.left_line = line_number(left_start, hunk.left_count);
    hunk.right_line = line_number(right_start, hunk.right_count);
    diff.hunks.push_back(std::move(hunk));
  }
  return diff;
}

std::size_t bytes_of(const BodyDiff& diff) noexcept {
  std::size_t bytes = 0;
  for (const auto& hunk : diff.hunks) {
    bytes += sizeof(DiffHunk);
    for (const auto& line : hunk.lines) bytes += sizeof(std::string) + line.size();
  }
  return bytes;
}

}  // namespace skep::compare
