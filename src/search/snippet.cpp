#include "search/snippet.hpp"

#include "search/characters.hpp"
#include "slice/utf8.hpp"

#include <algorithm>

namespace skep::search {
namespace {

// How far the ends of a snippet move, so as to cut no word.
constexpr std::size_t kMaxCutWordBytes = 24;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Moves `at` over up to `count` characters; returns how many it did not find.
std::size_t forward(std::string_view text, std::size_t& at, std::size_t count) {
  for (; count > 0 && at < text.size(); --count) at += first_character(text.substr(at)).bytes;
  return count;
}

std::size_t backward(std::string_view text, std::size_t& at, std::size_t count) {
  for (; count > 0 && at > 0; --count) {
    do --at;
    while (at > 0 && slice::is_continuation(text[at]));
  }
  return count;
}

struct Span {
  std::size_t begin;
  std::size_t end;
};

// From the first to the last of the matches that fit into so many bytes, most of them.
Span densest(const std::vector<TextRange>& matches, std::size_t max_bytes) {
  std::size_t best = 0;
  std::size_t best_count = 0;
  for (std::size_t first = 0, last = 0; first < matches.size(); ++first) {
    last = std::max(last, first);
    while (last < matches.size() &&
           matches[last].begin + matches[last].length <= matches[first].begin + max_bytes) {
      ++last;
    }
    if (last - first > best_count) {
      best_count = last - first;
      best = first;
    }
  }
  if (matches.empty()) return {0, 0};
  const TextRange& last = matches[best + std::max<std::size_t>(best_count, 1) - 1];
  return {matches[best].begin, last.begin + last.length};
}

Span window(std::string_view text, Span shown, std::size_t max_chars) {
  Span span{shown.begin, shown.begin};
  const std::size_t shown_chars = slice::count_characters(
      text.substr(shown.begin, std::min(shown.end - shown.begin, 4 * max_chars)));
  const std::size_t before = max_chars > shown_chars ? (max_chars - shown_chars) / 2 : 0;
  const std::size_t not_before = backward(text, span.begin, before);
  const std::size_t left = forward(text, span.end, max_chars - (before - not_before));
  backward(text, span.begin, left);

  // To the next gap between words, but not into what is shown.
  if (span.begin > 0 && !is_space(text[span.begin - 1])) {
    const auto gap = text.find_first_of(" \t\n\r", span.begin);
    if (gap < shown.begin && gap - span.begin < kMaxCutWordBytes) span.begin = gap + 1;
  }
  if (span.end < text.size() && !is_space(text[span.end])) {
    const auto gap = text.find_last_of(" \t\n\r", span.end - 1);
    const bool is_near = gap != std::string_view::npos && span.end - gap < kMaxCutWordBytes;
    if (is_near && gap >= shown.end) span.end = gap;
  }
  return span;
}

}  // namespace

Snippet make_snippet(std::string_view text, const std::vector<TextRange>& matches,
                     std::size_t max_chars) {
  Snippet snippet;
  if (max_chars == 0) return snippet;
  const Span span = window(text, densest(matches, max_chars), max_chars);
  const auto is_blank = [](std::string_view part) { return std::ranges::all_of(part, is_space); };
  snippet.is_cut_before = !is_blank(text.substr(0, span.begin));
  snippet.is_cut_after = !is_blank(text.substr(span.end));

  auto match = std::ranges::find_if(
      matches, [&](const TextRange& range) { return range.begin + range.length > span.begin; });
  bool is_within = false;
  for (std::size_t at = span.begin; at <= span.end; ++at) {
    if (is_within && at == std::min(match->begin + match->length, span.end)) {
      snippet.matches.back().length = snippet.text.size() - snippet.matches.back().begin;
      is_within = false;
      ++match;
    }
    if (at == span.end) break;
    const bool is_gap = is_space(text[at]);
    if (!is_within && match != matches.end() && at >= match->begin) {
      snippet.matches.push_back({snippet.text.size(), 0});
      is_within = true;
    }
    if (!is_gap) {
      snippet.text += text[at];
    } else if (!snippet.text.empty() && !snippet.text.ends_with(' ')) {
      snippet.text += ' ';
    }
  }
  if (snippet.text.ends_with(' ')) snippet.text.pop_back();
  for (TextRange& range : snippet.matches) {
    range.length = std::min(range.length, snippet.text.size() - range.begin);
  }
  // Of a phrase that is cut there may be but a gap.
  std::erase_if(snippet.matches, [](const TextRange& range) { return range.length == 0; });
  return snippet;
}

}  // namespace skep::search
