// Base64 with padding (RFC 4648, 4), as the protocol has bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace skep::mcp {

[[nodiscard]] std::string to_base64(std::string_view bytes);

/// Nothing for what is not spelled so.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace skep::mcp
