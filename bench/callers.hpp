// Callers of a store: coroutines on one thread, each of which waits for each answer.
#pragma once

#include "bench_files.hpp"

#include <skep/blocking_store.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <vector>

namespace skep::bench {

[[nodiscard]] inline BlockingStore open_store(const BenchFile& file,
                                              SqliteStoreOptions options = {}) {
  return std::move(BlockingStore::open_sqlite(file.path(), options).value());
}

[[nodiscard]] inline JsonText body_of(std::size_t bytes) {
  return JsonText::from_string(body_text(bytes)).value();
}

[[nodiscard]] inline AppendRequest request_of(const JsonText& body) {
  return {"bench", 1, "agent", Final(Inline(body), true)};
}

/// Starts `work(caller)`, a coroutine, for each caller at once and runs all to their end. Throws
/// what one of them throws.
template <class Work>
void run_callers(std::size_t caller_count, Work work) {
  boost::asio::io_context context(1);
  for (std::size_t caller = 0; caller < caller_count; ++caller) {
    boost::asio::co_spawn(context, work(caller), [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    });
  }
  context.run();
}

/// Appends `count` times. Throws if one fails.
boost::asio::awaitable<void> append_each(
    OutputStore& store, const JsonText& body, std::uint64_t count,
    std::vector<std::chrono::nanoseconds>* latencies = nullptr);

/// Appends `count` records in all from that many callers; returns how many a second.
double append_rate(OutputStore& store, const JsonText& body, std::size_t caller_count,
                   std::uint64_t count, std::vector<std::chrono::nanoseconds>* latencies = nullptr);

}  // namespace skep::bench
