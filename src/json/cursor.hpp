// A cursor over JSON text, for reading an envelope and cutting values out of it as text.
#pragma once

#include <skep/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace skep::json {

/// Reads forward over a text that must outlive it. Safe on any bytes: it never reads past the end,
/// and neither recurses nor allocates but for the strings it returns. It understands as much of
/// JSON as it walks over; of what it skips it only counts brackets and matches quotes.
/// Errors: `kInvalidArgument`, naming the byte from 0. A failed cursor must not be used further.
class Cursor {
 public:
  /// `base` is the offset of `text` in the text that errors speak of.
  explicit Cursor(std::string_view text, std::size_t base = 0) : text_(text), base_(base) {}

  /// The offset, from `base`, of the next byte that is not white space.
  [[nodiscard]] std::size_t position();

  /// Steps over `c` if it is next, after white space.
  bool skip_if(char c);
  [[nodiscard]] Result<void> expect(char c, std::string_view expected);

  /// Fails unless only white space is left.
  [[nodiscard]] Result<void> expect_end();

  /// The characters of the string that is next; `expected` names what should have been there.
  [[nodiscard]] Result<std::string> read_string(std::string_view expected);

  /// As `read_string`, without a copy where the text holds the characters as they are; where it
  /// escapes some, they are spelt out in `unescaped`.
  [[nodiscard]] Result<std::string_view> read_characters(std::string_view expected,
                                                         std::string& unescaped);

  /// The text of the value that is next, whatever it is.
  [[nodiscard]] Result<std::string_view> read_raw();

  /// An error about the byte at `position`.
  [[nodiscard]] static std::unexpected<Error> error_at(std::size_t position, std::string what);

 private:
  void skip_space();
  [[nodiscard]] Result<void> skip_string();
  [[nodiscard]] Result<void> skip_brackets();
  [[nodiscard]] Result<void> skip_literal();

  [[nodiscard]] std::unexpected<Error> error_here(std::size_t at, std::string what) const {
    return error_at(base_ + at, std::move(what));
  }

  std::string_view text_;
  std::size_t base_;
  std::size_t at_ = 0;
};

}  // namespace skep::json
