// Walking over JSON text of any size.
#pragma once

#include "slice/window.hpp"

#include <optional>
#include <string>

namespace skep::slice {

/// Walks forward over the JSON text of a window, which it alone must use. It neither recurses nor
/// holds more than the window and the key it reads, and understands only what it walks over: of
/// what it skips it counts brackets and matches quotes.
/// Errors: the window's; `kCorrupt`, naming the byte from 0, where the text is not JSON.
class JsonScan {
 public:
  explicit JsonScan(Window& window) : window_(window) {}

  [[nodiscard]] std::uint64_t position() const noexcept { return at_; }

  /// The next byte that is not white space, which `position` is then at; NUL at the end.
  [[nodiscard]] Result<char> peek();

  /// Steps over `c`, which must be next.
  [[nodiscard]] Result<void> expect(char c);

  /// Steps over `c` if it is next.
  [[nodiscard]] Result<bool> skip_if(char c);

  [[nodiscard]] Result<void> skip_value();

  /// The characters of the string that is next, or nothing if it takes more than `max_bytes`.
  [[nodiscard]] Result<std::optional<std::string>> read_string(std::size_t max_bytes);

 private:
  // The bytes from `at_` on; empty at the end.
  [[nodiscard]] Result<std::string_view> view();
  [[nodiscard]] std::unexpected<Error> malformed(std::string_view what) const;
  // With `kept`, up to `max_bytes` of the string's text are appended to it.
  [[nodiscard]] Result<void> skip_string(std::string* kept, std::size_t max_bytes);
  [[nodiscard]] Result<void> skip_brackets();
  [[nodiscard]] Result<void> skip_literal();

  Window& window_;
  std::uint64_t at_ = 0;
};

}  // namespace skep::slice
