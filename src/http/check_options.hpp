// What a server is told, before it starts.
#pragma once

#include "http/options.hpp"

#include <skep/error.hpp>

#include <boost/asio/ssl/context.hpp>

#include <optional>

namespace skep::http {

/// Errors: `kInvalidArgument` for what is out of range, and for what would leave the server open to
/// everybody: no tokens beyond loopback, or tokens that travel in the clear.
[[nodiscard]] Result<void> check(const ServerOptions& options);

/// Nothing if the options name no certificate. Errors: `kInvalidArgument`.
[[nodiscard]] Result<std::optional<boost::asio::ssl::context>> make_tls(
    const ServerOptions& options);

}  // namespace skep::http
