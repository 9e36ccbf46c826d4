// Putting JSON on one line.
#pragma once

#include <algorithm>
#include <string>

namespace skep::json {

/// Raw line breaks in valid JSON are white space, so a space in their place is the same JSON.
[[nodiscard]] inline std::string fold_lines(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\r', ' ');
  return text;
}

}  // namespace skep::json
