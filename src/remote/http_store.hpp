// A store behind a Skep server: the contract, spoken over HTTP (docs/http.md).
#pragma once

#include <skep/output_store.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace skep::remote {

struct HttpStoreOptions {
  std::string url;      ///< http://host[:port] or https://host[:port]; no path but "/".
  std::string token;    ///< Empty: none is sent.
  std::string ca_file;  ///< PEM certificates to trust besides the system's; https only.
  /// Requests under way, 1 … 1,024; others wait their turn. As many again may wait in `tail`.
  std::size_t max_connections = 64;
  std::chrono::milliseconds connect_timeout{10'000};
  std::size_t max_body_bytes = kDefaultMaxBodyBytes;  ///< Of one event, as JSON text.
};

/// Makes a store that connects at the first call. It promises what the server's store does, but:
///
/// - Operations that start together may be committed in any order.
/// - A write whose answer did not come is `kInDoubt` once any of it may have been sent.
/// - `append` and `append_all` send an idempotency key, a random one if the caller gives none: so
///   they can go out again, once, when it turns out that the server had closed their connection.
/// - A caller's idempotency key must be visible ASCII: it travels in a header.
/// - A batch is one request, and bound by the server's limit for those: then `kTooLarge`.
/// - An answer of more than three times `max_body_bytes` and 64 MiB is not read: `kTooLarge`.
///
/// Further errors of every operation: `kDenied`; `kInternal`, retryable, if the server can't be
/// reached.
///
/// Errors: `kInvalidArgument` for a malformed option.
[[nodiscard]] Result<std::unique_ptr<OutputStore>> make_http_store(HttpStoreOptions options);

}  // namespace skep::remote
