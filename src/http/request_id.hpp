// The names of requests, for the log and for those who complain.
#pragma once

#include <string>
#include <string_view>

namespace skep::http {

/// A new one: 16 hex digits that no other request of this process has.
[[nodiscard]] std::string new_request_id();

/// `wanted`, if it is 1 … 64 letters, digits, `-`, `_`, `.`; otherwise a new one.
[[nodiscard]] std::string request_id_of(std::string_view wanted);

}  // namespace skep::http
