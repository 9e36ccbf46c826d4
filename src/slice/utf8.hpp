// Characters in bytes that may not be UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace skep::slice {

[[nodiscard]] constexpr bool is_continuation(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The bytes of the character that `text`, which is not empty, begins with; 0 if it begins with
/// none. Overlong forms and surrogates are none.
[[nodiscard]] std::size_t character_bytes(std::string_view text) noexcept;

/// The same, but 1 for a byte that is part of no character: how far to step.
[[nodiscard]] std::size_t step_bytes(std::string_view text) noexcept;

/// The characters of `text`, each such byte counted as one.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

/// `bytes` with U+FFFD in place of each byte that is not part of a character, whose count is added
/// to `invalid_count`.
[[nodiscard]] std::string valid_utf8(std::string bytes, std::uint64_t& invalid_count);

}  // namespace skep::slice
