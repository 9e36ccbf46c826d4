// Checks of what a caller hands to a store.
#pragma once

#include <skep/output_event.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace skep::json {

/// Where the first byte sequence begins that is not UTF-8, from 0; nothing if all of it is.
[[nodiscard]] std::optional<std::size_t> invalid_utf8_at(std::string_view text);

/// Whether `text` is UTF-8. Errors: `kInvalidArgument`, naming `what` and the byte, from 0.
[[nodiscard]] Result<void> check_text(std::string_view what, std::string_view text);

/// Checks all strings of `event`, and its inline value if that was not checked before.
/// Errors: `kInvalidArgument`.
[[nodiscard]] Result<void> check_event(const OutputEvent& event);

}  // namespace skep::json
