// Characters as parts of words.
#pragma once

#include <optional>

namespace skep::search {

/// The character that `c` counts as within a word: small, and without an accent if it is Latin.
/// Nothing if it is no part of one.
[[nodiscard]] std::optional<char32_t> fold(char32_t c) noexcept;

/// Whether `c` is an accent of the character before it, which words are compared without.
[[nodiscard]] bool is_accent(char32_t c) noexcept;

/// Whether `c` is a word of its own.
[[nodiscard]] bool is_alone(char32_t c) noexcept;

}  // namespace skep::search
