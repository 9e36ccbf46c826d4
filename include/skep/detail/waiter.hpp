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
#include <iterator>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace skep::detail {

/// Called on the caller's executor when the caller gives up, with kCancelled or kTimedOut.
using GiveUp = std::function<void(ErrorKind)>;

/// What waiters of every type have in common: where their handler runs, and running it.
class AnyWaiter {
 public:
  AnyWaiter() = default;
  AnyWaiter(const AnyWaiter&) = delete;
  AnyWaiter& operator=(const AnyWaiter&) = delete;
  virtual ~AnyWaiter() = default;

  /// Calls `give_up` when the handler's cancellation slot fires or the timeout passes. Call it at
  /// most once, before an answer can be there; `give_up` must not own this object.
  virtual void watch(CallOptions options, GiveUp give_up) = 0;

  /// Where the handler runs; empty for one that runs on the thread that answers.
  [[nodiscard]] virtual boost::asio::any_io_executor executor() const = 0;

  /// Calls the handler with the answer. Once, after the `answer` that was the first, on `executor`.
  virtual void finish() = 0;
};

/// Delivers exactly one answer to a completion handler: on the handler's executor, or, for one that
/// has none, on the thread that answers.
template <class T>
class Waiter : public AnyWaiter {
 public:
  /// Keeps the answer for `finish`. Any thread; the first call wins: later ones return false and do
  /// nothing.
  [[nodiscard]] bool answer(Result<T> result) {
    if (answered_.test_and_set()) return false;
    result_.emplace(std::move(result));
    return true;
  }

 protected:
  [[nodiscard]] Result<T> take_result() { return std::move(*result_); }

 private:
  std::atomic_flag answered_;
  std::optional<Result<T>> result_;
};

template <class T, class Handler>
class HandlerWaiter final : public Waiter<T> {
 public:
  explicit HandlerWaiter(Handler handler)
      : handler_(std::move(handler)),
        work_(boost::asio::get_associated_executor(*handler_, boost::asio::system_executor())) {}

  void watch(CallOptions options, GiveUp give_up) override {
    if (options.timeout) {
      timer_ = std::make_unique<boost::asio::steady_timer>(
          boost::asio::any_io_executor(work_.get_executor()), *options.timeout);
      timer_->async_wait([give_up](boost::system::error_code error) {
        if (!error) give_up(ErrorKind::kTimedOut);
      });
    }
    if (auto slot = boost::asio::get_associated_cancellation_slot(*handler_); slot.is_connected()) {
      slot.assign([give_up = std::move(give_up)](boost::asio::cancellation_type type) {
        if (type != boost::asio::cancellation_type::none) give_up(ErrorKind::kCancelled);
      });
    }
  }

  [[nodiscard]] boost::asio::any_io_executor executor() const override {
    if constexpr (std::is_same_v<Executor, boost::asio::system_executor>) {
      return {};  // a future, or a callback that says nothing of threads
    } else {
      return work_.get_executor();
    }
  }

  void finish() override {
    // All that the handler's operation holds is gone before the handler runs: it may start the next
    // one, or end the loop.
    Handler handler = std::move(*handler_);
    handler_.reset();
    timer_.reset();
    work_.reset();
    std::move(handler)(this->take_result());
  }

 private:
  using Executor = boost::asio::associated_executor_t<Handler, boost::asio::system_executor>;

  std::optional<Handler> handler_;
  boost::asio::executor_work_guard<Executor> work_;
  std::unique_ptr<boost::asio::steady_timer> timer_;
};

/// The waiter for `handler`, a completion handler of signature `void(Result<T>)`.
template <class T, class Handler>
std::shared_ptr<Waiter<T>> make_waiter(Handler handler) {
  return std::make_shared<HandlerWaiter<T, Handler>>(std::move(handler));
}

/// Waiters that were answered, as one function that finishes them in their order.
class Finishing {
 public:
  explicit Finishing(std::vector<std::shared_ptr<AnyWaiter>> answered)
      : answered_(std::move(answered)) {}
  Finishing(Finishing&&) noexcept = default;
  Finishing(const Finishing&) = delete;
  Finishing& operator=(const Finishing&) = delete;
  Finishing& operator=(Finishing&&) = delete;
  ~Finishing() = default;

  void operator()() {
    while (next_ < answered_.size()) {
      const auto waiter = std::move(answered_[next_++]);
      try {
        waiter->finish();
      } catch (...) {
        // It is the loop's to see; the others still get their answers.
        if (next_ < answered_.size()) {
          const auto executor = answered_[next_]->executor();
          boost::asio::post(executor, std::move(*this));
        }
        throw;
      }
    }
  }

 private:
  std::vector<std::shared_ptr<AnyWaiter>> answered_;
  std::size_t next_ = 0;
};

/// Posts `function`, and keeps the executor's loop running until the post has returned: without
/// that, the function could end the loop, and its caller destroy it, while it is still being posted
/// to.
template <class Function>
void post_safely(const boost::asio::any_io_executor& executor, Function function) {
  const auto work = boost::asio::make_work_guard(executor);
  boost::asio::post(executor, std::move(function));
}

/// Finishes waiters that were answered, each on its executor, in their order. Neighbours that share
/// an executor are sent there together, since a wake-up costs more than most handlers; but not all
/// of them, since an executor of several threads may run the groups side by side.
inline void finish_all(std::vector<std::shared_ptr<AnyWaiter>> answered) {
  for (auto first = answered.begin(); first != answered.end();) {
    const auto executor = (*first)->executor();
    if (!executor) {
      (*first++)->finish();
      continue;
    }
    constexpr std::ptrdiff_t kMaxTogether = 16;
    auto last = first + 1;
    while (last != answered.end() && last - first < kMaxTogether &&
           (*last)->executor() == executor) {
      ++last;
    }
    post_safely(executor,
                Finishing({std::make_move_iterator(first), std::make_move_iterator(last)}));
    first = last;
  }
}

/// Answers `waiter` and finishes it on its executor, unless it was answered before.
template <class T>
void complete(std::shared_ptr<Waiter<T>> waiter, std::type_identity_t<Result<T>> result) {
  if (!waiter->answer(std::move(result))) return;
  if (const auto executor = waiter->executor()) {
    post_safely(executor, [waiter = std::move(waiter)] { waiter->finish(); });
  } else {
    waiter->finish();
  }
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
