// A job on whichever isle of a pool is free.
#pragma once

#include "store/cancelled.hpp"
#include "store/remaining.hpp"

#include <skep/awaitable.hpp>
#include <skep/isle_pool.hpp>

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace skep {

template <class Job, class Connection>
using PooledAnswer = Awaitable<detail::job_value_t<Job, Connection>>;

/// What `job` gives, which takes a connection and changes no record: whatever its error, nothing
/// was applied. `pool` must outlive the call.
template <class Connection, class Job>
auto pooled_call(IslePool<Connection>& pool, Job job, CallOptions options)
    -> PooledAnswer<Job, Connection> {
  const auto started = std::chrono::steady_clock::now();
  auto lease = pool.try_checkout();
  if (!lease) {
    auto waited = co_await pool.checkout(options);
    if (!waited) co_return std::unexpected(std::move(waited.error()));
    lease.emplace(std::move(*waited));
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
  }
  auto result = co_await (*lease)->call(std::move(job), remaining(options, started));
  if (!result) result.error().outcome = Outcome::kNotApplied;
  co_return result;
}

}  // namespace skep
