// The HTTP server of a store.
#pragma once

#include "http/options.hpp"

#include <skep/output_store.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace skep::http {

/// Serves a store over HTTP (docs/http.md) on threads of its own. Thread-safe.
class Server {
 public:
  /// Begins to listen and to serve. The store must outlive the server, which does not close it.
  /// Errors: `kInvalidArgument` for options that are not safe together or out of range; those of
  /// the key file; `kInternal` if it can't listen, or TLS refuses the files.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(OutputStore& store,
                                                             ServerOptions options);

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  [[nodiscard]] std::uint16_t port() const noexcept;

  /// "http://127.0.0.1:8377", or https.
  [[nodiscard]] std::string url() const;

  /// Stops accepting, ends streams, finishes what is under way (for as long as the options say),
  /// and ends the threads. Blocks for it. Idempotent.
  void stop();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace skep::http
