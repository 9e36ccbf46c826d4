// A request of the Model Context Protocol while it is answered over HTTP.
#pragma once

#include "http/exchange.hpp"
#include "http/mcp_sessions.hpp"
#include "http/service.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace skep::http {

/// A message as a server-sent event.
[[nodiscard]] std::string mcp_event(const mcp::JsonObject& message);

/// It runs on its connection's executor, and is cancelled when its connection goes, or its client
/// says so.
class McpExchange : public std::enable_shared_from_this<McpExchange> {
 public:
  /// `session` is nullptr for a request that needs none. `text` is the request's body.
  McpExchange(const mcp::Service& service, mcp::Scope scope, mcp::RpcMessage message,
              std::string text, std::shared_ptr<McpSession> session,
              std::shared_ptr<mcp::RunningRequest> running);

  void start();
  void cancel() { running_->cancel.emit(boost::asio::cancellation_type::terminal); }

  /// Waits until it has ended or, if `with_events`, has something to tell; for `most` at most.
  [[nodiscard]] boost::asio::awaitable<void> wait(std::chrono::milliseconds most, bool with_events);

  /// What it has told since it was asked, as events.
  [[nodiscard]] std::string take_events();

  /// Nothing while it goes on.
  [[nodiscard]] const std::optional<mcp::OrRpcError<mcp::JsonObject>>& result() const noexcept {
    return result_;
  }
  /// The answer as a message. REQUIRES: it has ended.
  [[nodiscard]] mcp::JsonObject answer() const;

 private:
  [[nodiscard]] boost::asio::awaitable<mcp::OrRpcError<mcp::JsonObject>> run();

  const mcp::Service& service_;
  const mcp::Scope scope_;
  const mcp::RpcMessage message_;
  const std::string text_;
  const std::shared_ptr<McpSession> session_;
  const std::shared_ptr<mcp::RunningRequest> running_;
  boost::asio::steady_timer changed_;
  std::string events_;
  std::optional<mcp::OrRpcError<mcp::JsonObject>> result_;
};

/// A message as an answer.
[[nodiscard]] Response mcp_response(const mcp::JsonValue& message,
                                    beast_http::status code = beast_http::status::ok);

/// A stream of events as an answer.
[[nodiscard]] Response mcp_stream(std::unique_ptr<BodySource> source);

/// The status that an error has.
[[nodiscard]] beast_http::status mcp_status_of(const mcp::RpcError& error);

/// Answers with what the exchange, which has started, ends with. It `streams` if there may be
/// something to tell before; the request, which must outlive the call, is under way until then.
[[nodiscard]] AwaitableAnswer answer_exchange(Service& service, Request& request,
                                              std::shared_ptr<McpExchange> exchange, bool streams);

}  // namespace skep::http
