// Words in text, as SQLite's tokenizer unicode61 finds them, in the scripts that most text is in.
#pragma once

#include <skep/search.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace skep::search {

/// A word: letters and digits, capitals and Latin accents folded away. A Chinese or Japanese
/// character is a word of its own, since those scripts put no spaces between words.
struct Token {
  std::string folded;
  TextRange where;
};

/// The words of `text`, which is UTF-8. What is not is taken for space.
[[nodiscard]] std::vector<Token> tokens_of(std::string_view text);

/// Whether there is any.
[[nodiscard]] bool has_word(std::string_view text);

/// What stands between the characters that are words of their own, for a tokenizer that does not
/// know them: a zero width space.
inline constexpr std::string_view kBreak = "\u200B";

/// `text` with such breaks. Taking all of them away gives `text` again, if it has none.
[[nodiscard]] std::string with_breaks(std::string_view text);

}  // namespace skep::search
