// Writing command lines that people can copy.
#pragma once

#include "cli/session.hpp"

#include <string>
#include <string_view>

namespace skep::cli {

/// `text` as one word of a shell's command line.
[[nodiscard]] std::string shell_word(std::string_view text);

/// " --NAME VALUE", with dashes for underscores in the name.
[[nodiscard]] std::string option_text(std::string_view name, std::string_view value);

/// The options that name the store, if the command line had to; each begins with a space.
[[nodiscard]] std::string store_options_text(const StoreOptions& store);

}  // namespace skep::cli
