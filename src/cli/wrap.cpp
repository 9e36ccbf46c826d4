#include "cli/wrap.hpp"

#include "cli/text.hpp"

#include <string>

namespace skep::cli {
namespace {

// The end of the character that begins at `at`.
std::size_t end_of_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return at;
}

// How much of `line` goes on one line: up to the last space that fits, or else what fits.
std::size_t fitting(std::string_view line, std::size_t columns) {
  std::size_t width = 0;
  std::size_t space = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = end_of_character(line, at);
    width += width_of(line.substr(at, end - at));
    if (line[at] == ' ') space = at;
    if (width > columns) return space > 0 ? space : (at > 0 ? at : end);
    at = end;
  }
  return line.size();
}

}  // namespace

void wrap(std::string_view text, std::size_t columns,
          const std::function<bool(std::string_view line)>& take) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string line;
    for (const char c : text.substr(0, end))
      line += c == '\t' ? std::string("  ") : std::string(1, c);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    std::string_view rest = line;
    do {
      const std::size_t length = fitting(rest, columns);
      if (!take(rest.substr(0, length))) return;
      rest.remove_prefix(length);
      if (length > 0 && rest.starts_with(' ')) rest.remove_prefix(1);
    } while (!rest.empty());
  }
}

}  // namespace skep::cli
