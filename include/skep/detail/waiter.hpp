// The waiting end of one asynchronous operation whose answer comes from another thread.
#pragma once

#include <skep/call_options.hpp>
#include <skep/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_executor.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace skep::detail {

/// Called on the caller's executor when the caller gives up, with kCancelled or kTimedOut.
using GiveUp = std::function<void(ErrorKind)>;

/// Delivers exactly one answer to a completion handler: on the handler's executor, or, for one that
/// has none, on the thread that answers.
template <class T>
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  virtual ~Waiter() = default;

  /// Calls `give_up` when the handler's cancellation slot fires or the timeout passes. Call it at
  /// most once, before `complete` can be called; `give_up` must not own this object.
  virtual void watch(CallOptions options, GiveUp give_up) = 0;

  /// Answers. Any thread; the first call wins and later ones do nothing.
  void complete(Result<T> result) {
    if (!answered_.test_and_set()) deliver(std::move(result));
  }

 private:
  virtual void deliver(Result<T> result) = 0;

  std::atomic_flag answered_;
};

template <class T, class Handler>
class HandlerWaiter final : public Waiter<T> {
 public:
  explicit HandlerWaiter(Handler handler)
      : handler_(std::move(handler)),
        work_(boost::asio::get_associated_executor(handler_, boost::asio::system_executor())) {}

  void watch(CallOptions options, GiveUp give_up) override {
    if (options.timeout) {
      timer_ = std::make_unique<boost::asio::steady_timer>(
          boost::asio::any_io_executor(work_.get_executor()), *options.timeout);
      timer_->async_wait([give_up](boost::system::error_code error) {
        if (!error) give_up(ErrorKind::kTimedOut);
      });
    }
    if (auto slot = boost::asio::get_associated_cancellation_slot(handler_); slot.is_connected()) {
      slot.assign([give_up = std::move(give_up)](boost::asio::cancellation_type type) {
        if (type != boost::asio::cancellation_type::none) give_up(ErrorKind::kCancelled);
      });
    }
  }

 private:
  void deliver(Result<T> result) override {
    // The timer ends on the executor, before the handler runs, or it would keep its loop alive.
    auto answer = [handler = std::move(handler_), timer = std::move(timer_),
                   result = std::move(result)]() mutable {
      timer.reset();
      std::move(handler)(std::move(result));
    };
    if constexpr (std::is_same_v<Executor, boost::asio::system_executor>) {
      answer();  // no executor to go to: a future, or a callback that says nothing of threads
    } else {
      boost::asio::post(work_.get_executor(), std::move(answer));
    }
    work_.reset();
  }

  using Executor = boost::asio::associated_executor_t<Handler, boost::asio::system_executor>;

  Handler handler_;
  boost::asio::executor_work_guard<Executor> work_;
  std::unique_ptr<boost::asio::steady_timer> timer_;
};

/// The waiter for `handler`, a completion handler of signature `void(Result<T>)`.
template <class T, class Handler>
std::unique_ptr<Waiter<T>> make_waiter(Handler handler) {
  return std::make_unique<HandlerWaiter<T, Handler>>(std::move(handler));
}

/// The error of a call that its caller gave up on.
inline Error given_up(ErrorKind reason, Outcome outcome) {
  Error error(reason, {});
  error.outcome = outcome;
  switch (reason) {
    case ErrorKind::kTimedOut:
      error.message = "the call's timeout passed";
      error.retryable = outcome == Outcome::kNotApplied;
      break;
    case ErrorKind::kClosed:
      error.message = "closed while the call was under way";
      break;
    default:
      error.message = "the caller cancelled the call";
  }
  return error;
}

}  // namespace skep::detail
