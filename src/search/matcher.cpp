#include "search/matcher.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace skep::search {

Matcher::Matcher(const Words& words) {
  for (const AnyOf& group : words.all_of) {
    for (const Term& term : group) phrases_.push_back(phrase_of(term));
    group_ends_.push_back(phrases_.size());
  }
  for (const Term& term : words.none_of) excluded_.push_back(phrase_of(term));
  text_counts_.resize(phrases_.size());
}

Matcher::Phrase Matcher::phrase_of(const Term& term) {
  return {tokens_of(term.text), term.is_prefix};
}

bool Matcher::is_at(const Phrase& phrase, const std::vector<Token>& tokens, std::size_t at) {
  const std::size_t count = phrase.tokens.size();
  if (count == 0 || at + count > tokens.size()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& wanted = phrase.tokens[i].folded;
    const std::string& there = tokens[at + i].folded;
    const bool may_go_on = phrase.is_prefix && i + 1 == count;
    if (may_go_on ? !there.starts_with(wanted) : there != wanted) return false;
  }
  return true;
}

Occurrences Matcher::look(std::string_view text) {
  const auto tokens = tokens_of(text);
  Occurrences found;
  found.token_count = tokens.size();
  found.term_counts.resize(phrases_.size());
  bool is_excluded = false;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    for (std::size_t i = 0; i < phrases_.size(); ++i) {
      if (is_at(phrases_[i], tokens, at)) ++found.term_counts[i];
    }
    is_excluded = is_excluded || std::ranges::any_of(excluded_, [&](const Phrase& phrase) {
                    return is_at(phrase, tokens, at);
                  });
  }
  ++text_count_;
  token_count_ += tokens.size();
  for (std::size_t i = 0; i < phrases_.size(); ++i) {
    if (found.term_counts[i] > 0) ++text_counts_[i];
  }
  auto begin = found.term_counts.begin();
  found.is_match = !is_excluded;
  for (const std::size_t group_end : group_ends_) {
    const auto end = found.term_counts.begin() + static_cast<std::ptrdiff_t>(group_end);
    found.is_match &= std::any_of(begin, end, [](std::size_t count) { return count > 0; });
    begin = end;
  }
  return found;
}

double Matcher::score(const Occurrences& found) const {
  constexpr double kSaturation = 1.2;
  constexpr double kLengthWeight = 0.75;
  constexpr double kLeastWeight = 1e-6;  // of a word that is in more than half of all texts
  const double average = static_cast<double>(token_count_) / static_cast<double>(text_count_);
  const double length = static_cast<double>(found.token_count) / average;
  double score = 0;
  for (std::size_t i = 0; i < phrases_.size(); ++i) {
    const auto texts = static_cast<double>(text_counts_[i]);
    const double weight =
        std::log((static_cast<double>(text_count_) - texts + 0.5) / (texts + 0.5));
    const auto count = static_cast<double>(found.term_counts[i]);
    score += std::max(weight, kLeastWeight) * (count * (kSaturation + 1)) /
             (count + kSaturation * (1 - kLengthWeight + kLengthWeight * length));
  }
  return score;
}

std::vector<TextRange> Matcher::ranges(std::string_view text) const {
  const auto tokens = tokens_of(text);
  std::vector<TextRange> ranges;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    for (const Phrase& phrase : phrases_) {
      if (!is_at(phrase, tokens, at)) continue;
      const TextRange& last = tokens[at + phrase.tokens.size() - 1].where;
      const std::size_t begin = tokens[at].where.begin;
      const std::size_t end = last.begin + last.length;
      if (ranges.empty() || begin >= ranges.back().begin + ranges.back().length) {
        ranges.push_back({begin, end - begin});
      } else {
        ranges.back().length = std::max(ranges.back().length, end - ranges.back().begin);
      }
    }
  }
  return ranges;
}

}  // namespace skep::search
