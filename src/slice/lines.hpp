// Lines and characters of a source.
#pragma once

#include "slice/window.hpp"

namespace skep::slice {

/// The line feeds in bytes `begin` up to `end`.
[[nodiscard]] Result<std::uint64_t> count_line_feeds(Window& window, std::uint64_t begin,
                                                     std::uint64_t end);

/// How many lines begin or go on at `begin` or behind it: the last one may lack its line feed.
[[nodiscard]] Result<std::uint64_t> count_lines(Window& window, std::uint64_t begin = 0);

/// Where the line begins that comes `count` lines after the one at `begin`: behind that many line
/// feeds. `count` is lowered by those found; if it is not 0 then, the end was reached.
[[nodiscard]] Result<std::uint64_t> skip_lines(Window& window, std::uint64_t begin,
                                               std::uint64_t& count);

/// `offset`, or the end of the character whose first byte lies before it.
[[nodiscard]] Result<std::uint64_t> character_boundary(Window& window, std::uint64_t offset);

}  // namespace skep::slice
