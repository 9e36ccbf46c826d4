#include "compare/lines.hpp"

#include <algorithm>

namespace skep::compare {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (;;) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::size_t count_lines(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
}

std::vector<std::uint32_t> Numbers::of(const std::vector<std::string_view>& texts) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(texts.size());
  for (const auto text : texts) numbers.push_back(of(text));
  return numbers;
}

}  // namespace skep::compare
