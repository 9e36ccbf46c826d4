// What the terminal, if there is one, can show.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace skep::cli {

[[nodiscard]] bool is_terminal(int descriptor) noexcept;

/// The columns of standard output; 100 where it is no terminal.
[[nodiscard]] std::size_t output_width() noexcept;

/// `text` in bold, dim or a colour, if standard output is a terminal and NO_COLOR does not forbid
/// it.
[[nodiscard]] std::string bold(std::string_view text);
[[nodiscard]] std::string dim(std::string_view text);
[[nodiscard]] std::string red(std::string_view text);
[[nodiscard]] std::string green(std::string_view text);

}  // namespace skep::cli
