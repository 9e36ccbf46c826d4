#include "search/tokens.hpp"

#include "search/characters.hpp"
#include "search/fold.hpp"

namespace skep::search {
std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  bool is_within = false;  // a word that may go on
  for (std::size_t at = 0; at < text.size();) {
    const Character next = first_character(text.substr(at));
    const auto folded = fold(next.code);
    if (is_within && is_accent(next.code)) {
      tokens.back().where.length += next.bytes;
    } else if (!folded || is_accent(next.code)) {
      is_within = false;
    } else {
      const bool is_one = is_alone(next.code);
      if (!is_within || is_one) tokens.push_back({{}, {at, 0}});
      append_character(tokens.back().folded, *folded);
      tokens.back().where.length += next.bytes;
      is_within = !is_one;
    }
    at += next.bytes;
  }
  return tokens;
}

bool has_word(std::string_view text) {
  while (!text.empty()) {
    const Character next = first_character(text);
    if (fold(next.code) && !is_accent(next.code)) return true;
    text.remove_prefix(next.bytes);
  }
  return false;
}

std::string with_breaks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool was_alone = false;
  while (!text.empty()) {
    const Character next = first_character(text);
    const bool is_one = is_alone(next.code);
    if (!out.empty() && (was_alone || is_one)) out += kBreak;
    out += text.substr(0, next.bytes);
    was_alone = is_one;
    text.remove_prefix(next.bytes);
  }
  return out;
}

}  // namespace skep::search
