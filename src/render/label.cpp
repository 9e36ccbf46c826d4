#include "render/label.hpp"

namespace skep::render {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

// C0, DEL, and C1, which takes two bytes in UTF-8.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 2 && first == 0xc2) {
    return static_cast<unsigned char>(character.back()) < 0xa0;
  }
  return first < 0x20 || first == 0x7f;
}

}  // namespace

std::string label_of(std::string_view text, std::size_t max_characters) {
  std::string label;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == max_characters) return label += "…";
    std::size_t length = 1;
    while (length < text.size() && is_continuation(text[length])) ++length;
    const std::string_view character = text.substr(0, length);
    label += is_control(character) ? kReplacement : character;
    text.remove_prefix(length);
  }
  return label;
}

std::string escape_dot(std::string_view label) {
  std::string escaped;
  for (const char c : label) {
    if (c == '"' || c == '\\') escaped += '\\';
    if (c == '&') {
      escaped += "&amp;";  // Graphviz reads entities in labels.
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string escape_mermaid(std::string_view label) {
  std::string escaped;
  for (const char c : label) {
    switch (c) {
      case '"':
      case '#':
      case '&':
      case '<':
      case '>':
      case '`':
      case '\\':
      case ';':
        escaped += '#' + std::to_string(static_cast<int>(c)) + ';';
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace skep::render
