// Clients of the Model Context Protocol whose revision has sessions.
#pragma once

#include "auth/claims.hpp"
#include "mcp/running.hpp"
#include "mcp/session.hpp"

#include <skep/error.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace skep::http {

/// The most sessions, in all and of one client; past that the one that was idle longest ends.
inline constexpr std::size_t kMaxMcpSessions = 1'024;
inline constexpr std::size_t kMaxMcpSessionsPerClient = 64;

/// What a token lets its holder do.
[[nodiscard]] mcp::Scope scope_of(const auth::Claims& claims);

/// Thread-safe.
class McpSession {
 public:
  McpSession(const mcp::Service& service, auth::Claims session_claims, std::string session_client)
      : claims(std::move(session_claims)),
        client(std::move(session_client)),
        session(service, scope_of(claims)) {}

  const auth::Claims claims;
  const std::string client;
  mcp::Session session;
  mcp::Running running;
  std::atomic<bool> has_ended = false;

  /// A new stream, which ends the one before; it goes on after `last_seen`, if that is known.
  [[nodiscard]] std::uint64_t begin_stream(std::optional<std::int64_t> last_seen);

  /// Where that stream goes on; nothing if it has ended.
  [[nodiscard]] std::optional<std::int64_t> position_for(std::uint64_t stream) const;

  /// Moves it on; false if somebody else did, or the stream has ended.
  [[nodiscard]] bool advance(std::uint64_t stream, std::int64_t from, std::int64_t to);

  /// Sets it, before something is subscribed to, unless something is already.
  void begin_at(std::int64_t position);

 private:
  mutable std::mutex mutex_;
  std::int64_t position_ = 0;
  std::uint64_t stream_ = 0;
};

/// Thread-safe.
class McpSessions {
 public:
  /// A new one, under a name that nobody can guess. Fails with `kInternal`.
  [[nodiscard]] Result<std::string> add(std::shared_ptr<McpSession> session);

  /// The session of that name, if it was begun with the same token.
  [[nodiscard]] std::shared_ptr<McpSession> find(const std::string& name,
                                                 const auth::Claims& claims);
  void end(const std::string& name);

  [[nodiscard]] std::size_t count() const;

 private:
  struct Entry {
    std::shared_ptr<McpSession> session;
    std::chrono::steady_clock::time_point used;
  };
  using Entries = std::unordered_map<std::string, Entry>;

  void make_room(const std::string& client);
  void end(Entries::iterator entry);

  mutable std::mutex mutex_;
  Entries sessions_;
};

}  // namespace skep::http
