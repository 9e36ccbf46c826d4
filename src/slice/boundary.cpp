#include "slice/boundary.hpp"

namespace skep::slice {
namespace {

constexpr std::size_t kWindowPart = 4;  // of a text is looked at for a place to cut

enum Fit : int { kNone, kComma, kWord, kSentence, kLine, kParagraph };

bool ends_sentence(std::string_view text) noexcept {
  constexpr std::string_view kClosers = "\"')]*_";
  while (!text.empty() && kClosers.find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  return text.ends_with('.') || text.ends_with('!') || text.ends_with('?');
}

// How well the text can be cut behind `head`.
Fit fit_after(std::string_view head) noexcept {
  if (head.empty()) return kNone;
  const char last = head.back();
  const std::string_view before = head.substr(0, head.size() - 1);
  if (last == '\n') {
    return before.ends_with('\n') || before.ends_with("\n\r") ? kParagraph : kLine;
  }
  if (last == ' ' || last == '\t') return ends_sentence(before) ? kSentence : kWord;
  if (last == ',') return kComma;
  const bool is_wide_stop = head.ends_with("。") || head.ends_with("！") || head.ends_with("？");
  return is_wide_stop ? kSentence : kNone;
}

}  // namespace

std::size_t sensible_end(std::string_view text) noexcept {
  const std::size_t least = text.size() - text.size() / kWindowPart;
  std::size_t best = text.size();
  Fit best_fit = kNone;
  for (std::size_t end = text.size(); end >= least && end > 0; --end) {
    const Fit fit = fit_after(text.substr(0, end));
    if (fit > best_fit) {
      best_fit = fit;
      best = end;
    }
  }
  return best;
}

std::size_t sensible_begin(std::string_view text) noexcept {
  const std::size_t most = text.size() / kWindowPart;
  std::size_t best = 0;
  Fit best_fit = kNone;
  for (std::size_t begin = 1; begin <= most; ++begin) {
    const Fit fit = fit_after(text.substr(0, begin));
    if (fit > best_fit) {
      best_fit = fit;
      best = begin;
    }
  }
  return best;
}

}  // namespace skep::slice
