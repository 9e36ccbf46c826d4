#include "slice/utf8.hpp"

#include "json/check.hpp"

namespace skep::slice {

std::size_t character_bytes(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 0 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  const unsigned second = byte(1);
  const bool is_overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool is_surrogate = first == 0xED && second >= 0xA0;
  const bool is_beyond = first == 0xF4 && second >= 0x90;
  return is_overlong || is_surrogate || is_beyond ? 0 : length;
}

std::size_t step_bytes(std::string_view text) noexcept {
  const std::size_t length = character_bytes(text);
  return length == 0 ? 1 : length;
}

std::size_t count_characters(std::string_view text) noexcept {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(step_bytes(text));
  return count;
}

std::string valid_utf8(std::string bytes, std::uint64_t& invalid_count) {
  const auto invalid = json::invalid_utf8_at(bytes);
  if (!invalid) return bytes;
  constexpr std::string_view kReplacement = "\uFFFD";
  std::string text = bytes.substr(0, *invalid);
  for (auto rest = std::string_view(bytes).substr(*invalid); !rest.empty();) {
    const std::size_t length = character_bytes(rest);
    if (length == 0) ++invalid_count;
    text.append(length == 0 ? kReplacement : rest.substr(0, length));
    rest.remove_prefix(step_bytes(rest));
  }
  return text;
}

}  // namespace skep::slice
