#include "http/mcp_exchange.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

#include <exception>
#include <utility>

namespace skep::http {
namespace {

class ExchangeEvents final : public BodySource {
 public:
  ExchangeEvents(std::shared_ptr<McpExchange> exchange, std::optional<ClientShares::Share> share,
                 std::chrono::milliseconds ping)
      : exchange_(std::move(exchange)), share_(std::move(share)), ping_(ping) {}
  ~ExchangeEvents() override { exchange_->cancel(); }

  boost::asio::awaitable<std::optional<std::string>> next() override {
    if (has_answered_) co_return std::nullopt;
    co_await exchange_->wait(ping_, true);
    std::string events = exchange_->take_events();
    has_answered_ = exchange_->result().has_value();
    if (has_answered_) events += mcp_event(exchange_->answer());
    co_return events.empty() ? ": ping\n\n" : events;
  }

 private:
  const std::shared_ptr<McpExchange> exchange_;
  const std::optional<ClientShares::Share> share_;
  const std::chrono::milliseconds ping_;
  bool has_answered_ = false;
};

// Cancels what a handler waits for if nobody waits for the handler any more.
class CancelAtEnd {
 public:
  explicit CancelAtEnd(std::shared_ptr<McpExchange> exchange) : exchange_(std::move(exchange)) {}
  CancelAtEnd(const CancelAtEnd&) = delete;
  CancelAtEnd& operator=(const CancelAtEnd&) = delete;
  ~CancelAtEnd() {
    if (is_held_ && !exchange_->result()) exchange_->cancel();
  }

  void release() noexcept { is_held_ = false; }

 private:
  const std::shared_ptr<McpExchange> exchange_;
  bool is_held_ = true;
};

}  // namespace

std::string mcp_event(const mcp::JsonObject& message) {
  return "event: message\ndata: " + boost::json::serialize(message) + "\n\n";
}

McpExchange::McpExchange(const mcp::Service& service, mcp::Scope scope, mcp::RpcMessage message,
                         std::string text, std::shared_ptr<McpSession> session,
                         std::shared_ptr<mcp::RunningRequest> running)
    : service_(service),
      scope_(std::move(scope)),
      message_(std::move(message)),
      text_(std::move(text)),
      session_(std::move(session)),
      running_(std::move(running)),
      changed_(running_->executor) {}

boost::asio::awaitable<mcp::OrRpcError<mcp::JsonObject>> McpExchange::run() {
  const mcp::Notify notify = [this](mcp::JsonObject told) {
    events_ += mcp_event(told);
    changed_.cancel();
  };
  if (!session_) return mcp::answer_stateless(service_, scope_, message_, text_, notify);
  return session_->session.answer(message_, text_, notify);
}

void McpExchange::start() {
  boost::asio::co_spawn(running_->executor, run(),
                        boost::asio::bind_cancellation_slot(
                            running_->cancel.slot(),
                            [self = shared_from_this()](std::exception_ptr thrown,
                                                        mcp::OrRpcError<mcp::JsonObject> result) {
                              if (self->session_) self->session_->running.remove(self->message_.id);
                              if (thrown) {
                                result = mcp::rpc_fail(mcp::RpcCode::kInternal,
                                                       "the request was cancelled");
                              }
                              self->result_ = std::move(result);
                              self->changed_.cancel();
                            }));
}

boost::asio::awaitable<void> McpExchange::wait(std::chrono::milliseconds most, bool with_events) {
  const auto until = std::chrono::steady_clock::now() + most;
  while (!result_ && (!with_events || events_.empty()) &&
         std::chrono::steady_clock::now() < until) {
    changed_.expires_at(until);
    boost::system::error_code ignored;
    co_await changed_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
}

std::string McpExchange::take_events() { return std::exchange(events_, {}); }

mcp::JsonObject McpExchange::answer() const {
  return *result_ ? mcp::result_message(message_.id, **result_)
                  : mcp::error_message(message_.id, result_->error());
}

Response mcp_response(const mcp::JsonValue& message, beast_http::status code) {
  Response response(boost::json::serialize(message));
  response.status = code;
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Response mcp_stream(std::unique_ptr<BodySource> source) {
  Response response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold events back
  response.source = std::move(source);
  return response;
}

beast_http::status mcp_status_of(const mcp::RpcError& error) {
  switch (error.code) {
    case mcp::RpcCode::kMethodNotFound:
      return beast_http::status::not_found;
    case mcp::RpcCode::kUnsupportedVersion:
    case mcp::RpcCode::kHeaderMismatch:
      return beast_http::status::bad_request;
    default:
      return beast_http::status::ok;
  }
}

AwaitableAnswer answer_exchange(Service& service, Request& request,
                                std::shared_ptr<McpExchange> exchange, bool streams) {
  CancelAtEnd guard(exchange);
  if (streams) {
    guard.release();
    co_return mcp_stream(std::make_unique<ExchangeEvents>(exchange, std::move(request.share),
                                                          service.options.stream_ping));
  }
  while (!exchange->result()) {
    auto waiting = exchange->wait(service.options.stream_ping, false);
    co_await std::move(waiting);
  }
  const auto& result = *exchange->result();
  co_return mcp_response(exchange->answer(),
                         result ? beast_http::status::ok : mcp_status_of(result.error()));
}

}  // namespace skep::http
