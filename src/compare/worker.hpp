// Where a comparison does what takes long.
#pragma once

#include "store/cancelled.hpp"
#include "store/remaining.hpp"
#include "store/stop_flag.hpp"

#include <skep/isle.hpp>
#include <skep/output_store.hpp>

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <utility>

namespace skep::compare {

/// A thread of a call's own, and the time that the call has left. The caller's executor is free
/// while a job runs. It lives as long as the call, whose jobs have then ended.
class Worker {
 public:
  explicit Worker(CallOptions options)
      : options_(options), thread_(start_isle<StopFlag>([] { return make_stop(); })) {}

  /// The options for the next step of the call.
  [[nodiscard]] CallOptions rest() const { return remaining(options_, start_); }

  /// Runs `job(const StopFlag&)` on the thread. Errors: the job's; `kCancelled`, `kTimedOut`.
  template <class Job, class Value = detail::job_value_t<Job, StopFlag>>
  [[nodiscard]] Awaitable<Value> run(Job job) {
    if (has_timed_out(options_, start_)) co_return timed_out();
    auto done = co_await thread_.isle.call(std::move(job), rest());
    if (!done) {
      done.error().outcome = Outcome::kNotApplied;  // Nothing that it does is kept.
      co_return std::unexpected(std::move(done.error()));
    }
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    if (auto wanted = check_cancelled(state); !wanted) {
      co_return std::unexpected(std::move(wanted.error()));
    }
    co_return std::move(done);
  }

 private:
  static Result<std::unique_ptr<StopFlag>> make_stop() { return std::make_unique<StopFlag>(); }

  const CallOptions options_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  StartedIsle<StopFlag> thread_;
};

}  // namespace skep::compare
