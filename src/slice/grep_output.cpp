#include "slice/grep_output.hpp"

#include "slice/utf8.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

namespace skep::slice {
namespace {

constexpr std::string_view kGap = "--\n";
constexpr std::size_t kMostAround = 24;  // a line number, marks and the line feed

}  // namespace

bool GrepOutput::fits(const std::string& shown) const {
  return used_ + count_characters(shown) <= budget_;
}

void GrepOutput::show(const std::string& shown, std::uint64_t end) {
  used_ += count_characters(shown);
  text_ += shown;
  shown_end_ = end;
}

bool GrepOutput::add_other(const Row& row) {
  if (grep_.context_lines == 0) return true;
  if (after_left_ == 0) {
    before_.emplace_back(row);
    if (before_.size() > grep_.context_lines) before_.pop_front();
    return true;
  }
  std::uint64_t invalid_count = 0;
  std::string shown = row_text(row, false, 0, kMaxShownChars, invalid_count);
  if (!fits(shown)) return false;
  show(shown, row.end);
  invalid_bytes_ += invalid_count;
  --after_left_;
  return true;
}

bool GrepOutput::add_match(const Row& row, SliceMatch match) {
  if (matches_.size() >= grep_.max_matches) return false;
  const bool is_first = matches_.empty();
  std::uint64_t invalid_count = 0;
  const std::size_t most = std::min(kMaxShownChars, budget_ - kMostAround);
  const auto at = static_cast<std::size_t>(match.byte - row.begin);
  std::string shown = row_text(row, true, at, most, invalid_count);
  std::size_t shown_chars = count_characters(shown);
  // The first match is shown whatever becomes of its context: so each slice gets on.
  for (const Kept& context : before_ | std::views::reverse) {
    std::uint64_t invalid_before = 0;
    std::string line = row_text(context.row, false, 0, kMaxShownChars, invalid_before);
    const std::size_t line_chars = count_characters(line);
    if (is_first && shown_chars + line_chars > budget_) break;
    shown_chars += line_chars;
    shown.insert(0, line);
    invalid_count += invalid_before;
  }
  const std::uint64_t begin = before_.empty() ? row.begin : before_.front().row.begin;
  if (grep_.context_lines != 0 && !is_first && begin != shown_end_) shown.insert(0, kGap);
  if (!fits(shown)) return false;
  show(shown, row.end);
  invalid_bytes_ += invalid_count;
  before_.clear();
  after_left_ = grep_.context_lines;
  matches_.push_back(match);
  return true;
}

void GrepOutput::give(Slice& slice) {
  slice.text = std::move(text_);
  slice.matches = std::move(matches_);
  slice.invalid_bytes = invalid_bytes_;
}

}  // namespace skep::slice
