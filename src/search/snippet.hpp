// A few words of a text around what was found in it.
#pragma once

#include <skep/search.hpp>

#include <string_view>
#include <vector>

namespace skep::search {

/// The part of `text`, UTF-8, of up to `max_chars` characters that shows the most of `matches`,
/// which are in their order, whole characters, and don't overlap. It begins and ends between words,
/// where one ends nearby.
[[nodiscard]] Snippet make_snippet(std::string_view text, const std::vector<TextRange>& matches,
                                   std::size_t max_chars);

}  // namespace skep::search
