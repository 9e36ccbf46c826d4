// What all handlers share.
#pragma once

#include "auth/key_file.hpp"
#include "http/client_shares.hpp"
#include "http/mcp_sessions.hpp"
#include "http/metrics.hpp"
#include "http/options.hpp"
#include "mcp/call.hpp"

#include <skep/output_store.hpp>

#include <atomic>
#include <memory>

namespace skep::http {

/// Lives as long as the server. Thread-safe.
struct Service {
  Service(OutputStore& output_store, ServerOptions server_options,
          std::unique_ptr<auth::KeyFile> keys);

  /// What a handler gives to the operations of the store.
  [[nodiscard]] CallOptions call_options() const { return CallOptions(options.request_timeout); }

  OutputStore& store;
  const ServerOptions options;
  const std::unique_ptr<auth::KeyFile> key_file;  ///< nullptr without tokens.
  ClientShares requests;
  ClientShares streams;
  ClientShares comparisons;
  ClientShares body_bytes;           ///< See `BodyMemory`.
  ClientShares prunes{1, 1};         ///< Two would remove more than either says.
  ClientShares backups{1, 1};        ///< Each is a copy of the whole store.
  ClientShares verifications{1, 1};  ///< Each reads the whole store.
  mcp::Service mcp;
  McpSessions mcp_sessions;
  std::atomic<std::size_t> connection_count = 0;  ///< Without those that are turned away.
  std::atomic<std::size_t> turned_away_count = 0;
  std::atomic<bool> stopping = false;
  Metrics metrics;
};

}  // namespace skep::http
