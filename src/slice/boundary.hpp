// Where a text can be cut so that it reads well.
#pragma once

#include <cstddef>
#include <string_view>

namespace skep::slice {

/// Where to end a text that goes on behind `text`: in its last quarter, after a paragraph, or else
/// a line, a sentence, a word, a comma; at its end if there is none of these. Never 0 unless it is
/// empty, and never within a character if the text ends with a whole one.
[[nodiscard]] std::size_t sensible_end(std::string_view text) noexcept;

/// The same for a text with something before it: where to begin, in its first quarter; 0 otherwise.
[[nodiscard]] std::size_t sensible_begin(std::string_view text) noexcept;

}  // namespace skep::slice
