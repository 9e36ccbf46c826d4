// The small language in which people say what to search for (docs/search.md).
#pragma once

#include <skep/search.hpp>

#include <skep/error.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace skep::search {

/// A word or a phrase: words that follow each other. It may spell several words without being
/// quoted, "foo-bar" for one.
struct Term {
  std::string text;        ///< Holds at least one letter or digit, and no NUL.
  bool is_prefix = false;  ///< Its last word may go on.

  friend bool operator==(const Term&, const Term&) = default;
};

/// Terms of which one must be there.
using AnyOf = std::vector<Term>;

struct Words {
  std::vector<AnyOf> all_of;  ///< Never empty, nor is any in it.
  std::vector<Term> none_of;

  friend bool operator==(const Words&, const Words&) = default;
};

/// Reads `text`. What has neither letters nor digits is passed over.
/// Errors: `kInvalidArgument`, saying what is wrong and where; `kTooLarge`.
[[nodiscard]] Result<Words> parse_words(std::string_view text);

}  // namespace skep::search
