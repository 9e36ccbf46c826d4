// How requests are answered, whatever transport they come by.
#pragma once

#include "mcp/call.hpp"
#include "mcp/resources.hpp"

#include <boost/asio/awaitable.hpp>

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace skep::mcp {

/// Whether the message says of itself which revision it is of, as those since 2026-07-28 do.
[[nodiscard]] bool is_stateless(const RpcMessage& message);

/// What it says of itself. Errors: `kUnsupportedVersion`, `kInvalidParams`.
[[nodiscard]] OrRpcError<Revision> check_stateless(const RpcMessage& message);

/// Answers such a request. `text` is the message as it came, or empty.
[[nodiscard]] AwaitableRpc answer_stateless(const Service& service, const Scope& scope,
                                            const RpcMessage& message, std::string_view text,
                                            Notify notify);

/// What `subscriptions/listen` asks for: resources that are followed from then on.
[[nodiscard]] OrRpcError<std::set<std::string>> read_listen(const Scope& scope,
                                                            const RpcMessage& message);

/// The first message of such a stream; `subscription` is the id of the request.
[[nodiscard]] JsonObject acknowledgement(const JsonValue& subscription,
                                         const std::set<std::string>& uris);
/// Its last one, if the server ends it.
[[nodiscard]] JsonObject listen_end(const Service& service, const RpcMessage& listen);
/// That a resource changed; `subscription` is the id of the `subscriptions/listen`, or null.
[[nodiscard]] JsonObject updated(const std::string& uri, const JsonValue& subscription);

/// A client of an older revision, from its `initialize` on. Thread-safe.
class Session {
 public:
  Session(const Service& service, Scope scope) : service_(service), scope_(std::move(scope)) {}

  [[nodiscard]] AwaitableRpc answer(const RpcMessage& message, std::string_view text,
                                    Notify notify);

  [[nodiscard]] const Scope& scope() const noexcept { return scope_; }

  /// Unset until it was initialized.
  [[nodiscard]] std::optional<Revision> revision() const;
  [[nodiscard]] bool wants_log() const;
  [[nodiscard]] std::set<std::string> subscriptions() const;

 private:
  [[nodiscard]] OrRpcError<JsonObject> initialize(const JsonObject& params);
  [[nodiscard]] OrRpcError<JsonObject> set_level(const JsonObject& params);
  [[nodiscard]] OrRpcError<JsonObject> subscribe(const JsonObject& params);
  [[nodiscard]] OrRpcError<JsonObject> unsubscribe(const JsonObject& params);

  const Service& service_;
  const Scope scope_;
  mutable std::mutex mutex_;
  std::optional<Revision> revision_;
  std::optional<LogLevel> log_level_;
  std::set<std::string> subscriptions_;
};

}  // namespace skep::mcp
