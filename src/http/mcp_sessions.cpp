#include "http/mcp_sessions.hpp"

#include "auth/random.hpp"

#include <utility>

namespace skep::http {

mcp::Scope scope_of(const auth::Claims& claims) {
  mcp::Scope scope;
  scope.may_emit = claims.scopes.allows(auth::Scope::kEmit);
  scope.may_read = claims.scopes.allows(auth::Scope::kRead);
  scope.task_id = claims.task_id;
  scope.attempt = claims.attempt;
  scope.producer_agent = claims.producer_agent;
  scope.sees_only_its_task = claims.task_id.has_value();
  return scope;
}

std::uint64_t McpSession::begin_stream(std::optional<std::int64_t> last_seen) {
  const std::lock_guard lock(mutex_);
  if (last_seen) position_ = *last_seen;
  return ++stream_;
}

std::optional<std::int64_t> McpSession::position_for(std::uint64_t stream) const {
  const std::lock_guard lock(mutex_);
  if (stream != stream_) return std::nullopt;
  return position_;
}

bool McpSession::advance(std::uint64_t stream, std::int64_t from, std::int64_t to) {
  const std::lock_guard lock(mutex_);
  if (stream != stream_ || position_ != from) return false;
  position_ = to;
  return true;
}

void McpSession::begin_at(std::int64_t position) {
  const std::lock_guard lock(mutex_);
  if (session.subscriptions().empty()) position_ = position;
}

Result<std::string> McpSessions::add(std::shared_ptr<McpSession> session) {
  constexpr std::size_t kNameBytes = 16;
  auto name = auth::random_hex(kNameBytes);
  if (!name) return name;
  const std::lock_guard lock(mutex_);
  make_room(session->client);
  sessions_[*name] = {std::move(session), std::chrono::steady_clock::now()};
  return name;
}

// Ends the one that was idle longest, of the client or of all, if there are too many.
void McpSessions::make_room(const std::string& client) {
  std::size_t client_count = 0;
  auto oldest = sessions_.end();
  auto oldest_of_client = sessions_.end();
  const auto is_older = [this](Entries::iterator entry, Entries::iterator than) {
    return than == sessions_.end() || entry->second.used < than->second.used;
  };
  for (auto entry = sessions_.begin(); entry != sessions_.end(); ++entry) {
    if (is_older(entry, oldest)) oldest = entry;
    if (entry->second.session->client != client) continue;
    ++client_count;
    if (is_older(entry, oldest_of_client)) oldest_of_client = entry;
  }
  if (client_count >= kMaxMcpSessionsPerClient) {
    end(oldest_of_client);
  } else if (sessions_.size() >= kMaxMcpSessions) {
    end(oldest);
  }
}

std::shared_ptr<McpSession> McpSessions::find(const std::string& name, const auth::Claims& claims) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(name);
  if (found == sessions_.end() || found->second.session->claims != claims) return nullptr;
  found->second.used = std::chrono::steady_clock::now();
  return found->second.session;
}

void McpSessions::end(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(name);
  if (found != sessions_.end()) end(found);
}

void McpSessions::end(Entries::iterator entry) {
  entry->second.session->has_ended = true;
  entry->second.session->running.cancel_all();
  sessions_.erase(entry);
}

std::size_t McpSessions::count() const {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

}  // namespace skep::http
