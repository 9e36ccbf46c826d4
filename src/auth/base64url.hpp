// Base64 as tokens have it: the URL alphabet, without padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace skep::auth {

/// Whether `text` has only characters of the alphabet, and a length that some bytes give.
[[nodiscard]] bool is_base64url(std::string_view text) noexcept;

[[nodiscard]] std::string to_base64url(std::string_view bytes);

/// The bytes that `text` spells. Nothing if it is not what `to_base64url` gives for any bytes, so
/// that two texts never mean the same.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace skep::auth
