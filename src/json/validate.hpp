// The strict check of a JSON text.
#pragma once

#include <skep/json_text.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace skep::json {

/// The nesting of the largest event: the value, its content, and the event.
inline constexpr std::size_t kMaxEventDepth = kMaxValueDepth + 2;

/// Checks that `text` is one JSON value by RFC 8259, in UTF-8 without lone surrogates, with numbers
/// within the range of a double, nested at most `max_depth` deep. `max_depth` must stay in the
/// hundreds: the parser recurses.
/// Errors: `kInvalidArgument`, naming the byte from 0.
[[nodiscard]] Result<void> validate(std::string_view text, std::size_t max_depth);

/// Whether a text that another program may have stored is JSON: what `validate` refuses, but JSON's
/// grammar allows (deep nesting, lone surrogates, huge numbers), is left to that program, and ends
/// the check. Errors: `kCorrupt`, naming the byte from 0.
[[nodiscard]] Result<void> validate_stored(std::string_view text);

/// Makes a `JsonText` of a text that was validated as part of a larger one.
struct ValidatedText {
  [[nodiscard]] static JsonText make(std::string text) { return {std::move(text), true}; }
};

}  // namespace skep::json
