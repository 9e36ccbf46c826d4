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
  ExchangeEvents(std::shared_ptr<McpExchange> exchange, std::chrono::milliseconds ping)
      : exchange_(std::move(exchange)), ping_(ping) {}
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
  const std::chrono::milliseconds ping_;
  bool has_answered_ = false;
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
  while (!result_ && !(with_events && !events_.empty()) &&
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

std::unique_ptr<BodySource> stream_of(std::shared_ptr<McpExchange> exchange,
                                      std::chrono::milliseconds ping) {
  return std::make_unique<ExchangeEvents>(std::move(exchange), ping);
}

}  // namespace skep::http
