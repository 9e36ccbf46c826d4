// Reads of more than one record: on a pool of read-only connections beside the writer.
#pragma once

#include "sqlite/checkpoint.hpp"
#include "sqlite/counts.hpp"
#include "store/pooled_call.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace skep::sqlite {

/// Thread-safe. Must outlive the reads that it started.
class PooledReads {
 public:
  using OpenReader = std::function<Result<std::unique_ptr<Connection>>()>;
  template <class Read>
  using Answer = PooledAnswer<Read, Connection>;

  /// Without `open_reader` the writer reads too: a database in memory has one connection.
  PooledReads(Isle<Connection> writer, OpenReader open_reader, std::size_t reader_count)
      : writer_(std::move(writer)) {
    if (!open_reader) return;
    IslePoolOptions options;
    options.max_isle_count = reader_count;
    pool_ = std::make_shared<IslePool<Connection>>(std::move(open_reader), options);
  }

  /// What `job` gives, which takes the connection.
  template <class Read>
  auto read(Read job, CallOptions options) -> Answer<Read> {
    if (pool_) return pooled_call(*pool_, std::move(job), options);
    return read_on_writer(std::move(job), options);
  }

  /// As `read`, once all that was there when the call began is counted.
  template <class Read>
  auto read_counted(Read job, CallOptions options) -> Answer<Read> {
    const auto started = std::chrono::steady_clock::now();
    auto ask = [](Connection& connection) { return uncounted(connection); };
    const auto last_seq = co_await read(ask, options);
    if (!last_seq) co_return std::unexpected(last_seq.error());
    auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    if (*last_seq) {
      auto count = [wanted = **last_seq](Connection& connection) -> Result<bool> {
        const auto counted = count_some(connection);
        if (!counted) return std::unexpected(counted.error());
        return *counted >= wanted;
      };
      auto counted = co_await write_until(count, remaining(options, started));
      if (!counted) co_return std::unexpected(std::move(counted.error()));
    }
    cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    co_return co_await read(std::move(job), remaining(options, started));
  }

  /// Has the writer do `step`, which takes its connection, until it gives true. It brings up to
  /// date what reads look at, and changes no record. Between two steps appends have their turn.
  template <class Step>
  auto write_until(Step step, CallOptions options) -> Awaitable<void> {
    const auto started = std::chrono::steady_clock::now();
    for (;;) {
      const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
      if (!cancelled) co_return std::unexpected(cancelled.error());
      auto work = [step](Connection& connection) {
        auto done = step(connection);
        checkpoint_if_due(connection);
        return done;
      };
      auto done = co_await writer_.call(work, remaining(options, started));
      if (!done) {
        done.error().outcome = Outcome::kNotApplied;
        co_return std::unexpected(std::move(done.error()));
      }
      if (*done) co_return Result<void>();
    }
  }

  /// Ends the connections, and waits for their threads.
  void shutdown() {
    if (pool_) pool_->shutdown();
  }

 private:
  template <class Read>
  auto read_on_writer(Read job, CallOptions options) -> Answer<Read> {
    auto result = co_await writer_.call(std::move(job), options);
    if (!result) result.error().outcome = Outcome::kNotApplied;  // a read writes nothing
    co_return result;
  }

  Isle<Connection> writer_;
  std::shared_ptr<IslePool<Connection>> pool_;
};

}  // namespace skep::sqlite
