// Where a server is.
#pragma once

#include <skep/error.hpp>

#include <string>
#include <string_view>

namespace skep::remote {

struct Endpoint {
  std::string url;   ///< For people: scheme, host and port.
  std::string host;  ///< A name, or an IP address without brackets.
  std::string port;
  std::string authority;  ///< As the Host header has it.
  bool secure = false;
};

/// Reads http://host[:port] or https://host[:port]. Errors: `kInvalidArgument`.
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view url);

}  // namespace skep::remote
