// What may travel in a header.
#pragma once

#include <algorithm>
#include <string_view>

namespace skep::remote {

/// Whether all of `text` is visible ASCII.
[[nodiscard]] constexpr bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace skep::remote
