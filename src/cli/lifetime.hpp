// How long a token is to live.
#pragma once

#include "cli/failure.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace skep::cli {

/// Reads "90s", "15m", "12h" or "30d", at most a hundred years; nothing for "never". Anything else
/// is a usage error that names `option`.
[[nodiscard]] OrFailure<std::optional<std::chrono::seconds>> parse_lifetime(
    const std::string& option, const std::string& text);

}  // namespace skep::cli
