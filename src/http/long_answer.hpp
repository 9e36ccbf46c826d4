// Answers to what may take long.
#pragma once

#include "http/client_shares.hpp"
#include "http/exchange.hpp"

#include <skep/awaitable.hpp>
#include <skep/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace skep::http {

/// An operation under way. It outlives its request if that is given up, until the store has
/// noticed.
template <class T>
class LongOperation {
 public:
  LongOperation(const boost::asio::any_io_executor& executor, ClientShares::Share share)
      : share_(std::move(share)), ended_(executor) {}

  static void start(const std::shared_ptr<LongOperation>& self, Awaitable<T> operation) {
    boost::asio::co_spawn(
        self->ended_.get_executor(), std::move(operation),
        boost::asio::bind_cancellation_slot(
            self->cancel_.slot(), [self](std::exception_ptr thrown, Result<T> result) {
              if (thrown) {
                Error error(ErrorKind::kInternal, "the operation threw");
                error.outcome = Outcome::kInDoubt;
                result = std::unexpected(std::move(error));
              }
              self->result_ = std::move(result);
              self->ended_.cancel();
            }));
  }

  /// Waits until it has ended, but for no longer than `most`.
  boost::asio::awaitable<void> wait(std::chrono::milliseconds most) {
    if (result_) co_return;
    ended_.expires_after(most);
    boost::system::error_code ignored;
    co_await ended_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }

  void cancel() { cancel_.emit(boost::asio::cancellation_type::terminal); }

  /// Nothing while it goes on.
  [[nodiscard]] const std::optional<Result<T>>& result() const noexcept { return result_; }

 private:
  const ClientShares::Share share_;
  boost::asio::steady_timer ended_;  // Cancelled at the end.
  boost::asio::cancellation_signal cancel_;
  std::optional<Result<T>> result_;
};

/// Its result as JSON. That may begin with white space: so there is something to send while nothing
/// is known. Whoever goes away ends the operation.
template <class T>
class LongSource final : public BodySource {
 public:
  LongSource(std::shared_ptr<LongOperation<T>> operation, std::chrono::milliseconds ping)
      : operation_(std::move(operation)), ping_(ping) {}
  ~LongSource() override { operation_->cancel(); }

  boost::asio::awaitable<std::optional<std::string>> next() override {
    if (is_cut_ || is_told_) co_return std::nullopt;
    co_await operation_->wait(ping_);
    const auto& result = operation_->result();
    if (!result) co_return "\n";
    is_cut_ = !result->has_value();
    if (is_cut_) co_return std::nullopt;
    is_told_ = true;
    co_return to_json(**result);
  }

  [[nodiscard]] bool is_cut() const noexcept override { return is_cut_; }

 private:
  const std::shared_ptr<LongOperation<T>> operation_;
  const std::chrono::milliseconds ping_;
  bool is_cut_ = false;
  bool is_told_ = false;
};

/// Answers with what `operation` gives, as JSON. What is over within `ping` is answered as usual;
/// otherwise white space comes first, so often, and an error cuts the answer off.
template <class T>
AwaitableAnswer answer_long(ClientShares::Share share, Awaitable<T> operation,
                            std::chrono::milliseconds ping) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto running = std::make_shared<LongOperation<T>>(executor, std::move(share));
  auto source = std::make_unique<LongSource<T>>(running, ping);
  LongOperation<T>::start(running, std::move(operation));
  co_await running->wait(ping);
  Response response;
  response.headers.emplace_back("Cache-Control", "no-store");
  const auto& result = running->result();
  if (!result) {
    response.source = std::move(source);
  } else if (*result) {
    response.body = to_json(**result);
  } else {
    co_return refuse(result->error());
  }
  co_return response;
}

}  // namespace skep::http
