// What others sent, so that it can be shown.
#pragma once

#include <string>
#include <string_view>

namespace skep::http {

/// `text` with all that is not visible ASCII percent-encoded: header fields may hold any bytes,
/// logs and problems are UTF-8.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace skep::http
