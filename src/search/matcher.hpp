// Searching without an index.
#pragma once

#include "search/language.hpp"
#include "search/tokens.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace skep::search {

/// How often each term occurs in a text, those to exclude left out, and how many words there are.
struct Occurrences {
  std::vector<std::size_t> term_counts;
  std::size_t token_count = 0;
  bool is_match = false;
};

/// Looks for words in texts, one after the other, and ranks them as SQLite's bm25 does. Not
/// thread-safe, but for its const members.
class Matcher {
 public:
  explicit Matcher(const Words& words);

  /// Looks at a text, and counts it for the scores.
  [[nodiscard]] Occurrences look(std::string_view text);

  /// Once all texts were looked at.
  [[nodiscard]] double score(const Occurrences& found) const;

  /// Where the terms are in `text`, in order, what overlaps made one.
  [[nodiscard]] std::vector<TextRange> ranges(std::string_view text) const;

 private:
  struct Phrase {
    std::vector<Token> tokens;
    bool is_prefix = false;
  };

  [[nodiscard]] static Phrase phrase_of(const Term& term);
  [[nodiscard]] static bool is_at(const Phrase& phrase, const std::vector<Token>& tokens,
                                  std::size_t at);

  std::vector<Phrase> phrases_;          // of all groups, one after the other
  std::vector<std::size_t> group_ends_;  // within them
  std::vector<Phrase> excluded_;
  std::vector<std::size_t> text_counts_;  // of the texts that hold each phrase
  std::size_t text_count_ = 0;
  std::size_t token_count_ = 0;
};

}  // namespace skep::search
