// Where a request comes from and whom it believes to speak to: against DNS rebinding, and for CORS.
#pragma once

#include "http/options.hpp"
#include "http/problem.hpp"

#include <string>
#include <string_view>

namespace skep::http {

/// Whether a page in a browser that was made to take this server for its own could send `host`: not
/// if it is an IP address, localhost, or a name that the options list. Fails with 403.
[[nodiscard]] OrProblem<void> check_host(const ServerOptions& options, std::string_view host);

/// Where `origin` is the server's own (by `host`) or empty: an empty text. Where the options list
/// it: itself, for CORS headers. Otherwise fails with 403.
[[nodiscard]] OrProblem<std::string> check_origin(const ServerOptions& options,
                                                  std::string_view origin, std::string_view host);

}  // namespace skep::http
