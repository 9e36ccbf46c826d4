// The text of one JSON value, kept as its producer wrote it.
#pragma once

#include <skep/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace skep {

namespace json {
struct ValidatedText;
}

/// The deepest nesting of arrays and objects that an inline value may have. The event and its
/// content take two more of the 127 levels that a reader of the interchange format accepts.
inline constexpr std::size_t kMaxValueDepth = 125;

/// The text of one JSON value, byte for byte as it was written: keys keep their order and repeats,
/// numbers their digits. An immutable value type; copying it copies the text.
class JsonText {
 public:
  /// The text `null`.
  JsonText() = default;

  /// Checks `text` and keeps it; white space around the value is dropped.
  /// Errors: `kInvalidArgument`, naming the byte (from 0), for malformed JSON, trailing text,
  /// invalid UTF-8, lone surrogates, a number outside the range of a double, or nesting deeper
  /// than `kMaxValueDepth`.
  [[nodiscard]] static Result<JsonText> parse(std::string text);

  /// The JSON string that spells `text`.
  /// Errors: `kInvalidArgument`, naming the byte, if `text` is not valid UTF-8.
  [[nodiscard]] static Result<JsonText> from_string(std::string_view text);

  /// Takes text that a store already holds, unread. Such a value is checked when it is appended.
  [[nodiscard]] static JsonText from_stored(std::string text) {
    return JsonText(std::move(text), false);
  }

  [[nodiscard]] const std::string& text() const& noexcept { return text_; }
  [[nodiscard]] std::string text() && noexcept { return std::move(text_); }

  /// Whether the text is known to fulfil what `parse` demands.
  [[nodiscard]] bool checked() const noexcept { return checked_; }

  /// If the value is a JSON string, the characters it spells.
  /// Errors: `kInvalidArgument` if it is anything else.
  [[nodiscard]] Result<std::string> as_string() const;

  /// Equal texts; `1.0` and `1` differ.
  friend bool operator==(const JsonText& a, const JsonText& b) noexcept {
    return a.text_ == b.text_;
  }

 private:
  friend struct json::ValidatedText;

  JsonText(std::string text, bool checked) : text_(std::move(text)), checked_(checked) {}

  std::string text_ = "null";
  bool checked_ = true;
};

}  // namespace skep
