// Text set to a width.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace skep::cli {

/// Gives the lines of harmless text (see `many_lines`) one after another, broken at spaces so that
/// none is wider than `columns`; a word that is wider itself is broken within. Tabs become two
/// spaces. Ends early when `take` gives false.
void wrap(std::string_view text, std::size_t columns,
          const std::function<bool(std::string_view line)>& take);

}  // namespace skep::cli
