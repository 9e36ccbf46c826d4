// Texts of strangers as labels of a drawing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace skep::render {

/// `text`, which is UTF-8, without control characters (U+FFFD stands for them), and with "…" at its
/// end if it has more than `max_characters`.
[[nodiscard]] std::string label_of(std::string_view text, std::size_t max_characters);

/// A label between the quotes of Graphviz.
[[nodiscard]] std::string escape_dot(std::string_view label);

/// A label between the quotes of Mermaid.
[[nodiscard]] std::string escape_mermaid(std::string_view label);

}  // namespace skep::render
