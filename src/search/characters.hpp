// Characters of UTF-8, one at a time.
#pragma once

#include <boost/locale/utf.hpp>

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace skep::search {

/// A byte that is part of no character counts as U+FFFD.
struct Character {
  char32_t code = U'\uFFFD';
  std::size_t bytes = 1;
};

/// The one that `text`, which is not empty, begins with.
[[nodiscard]] inline Character first_character(std::string_view text) {
  using Utf8 = boost::locale::utf::utf_traits<char>;
  const char* at = text.data();
  const auto code = Utf8::decode(at, text.data() + text.size());
  if (!boost::locale::utf::is_valid_codepoint(code)) return {};
  return {code, static_cast<std::size_t>(at - text.data())};
}

/// `code` must be a character.
inline void append_character(std::string& out, char32_t code) {
  boost::locale::utf::utf_traits<char>::encode(code, std::back_inserter(out));
}

}  // namespace skep::search
