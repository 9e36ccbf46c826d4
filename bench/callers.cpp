#include "callers.hpp"

namespace skep::bench {

using std::chrono::steady_clock;

boost::asio::awaitable<void> append_each(OutputStore& store, const JsonText& body,
                                         std::uint64_t count,
                                         std::vector<std::chrono::nanoseconds>* latencies) {
  for (std::uint64_t i = 0; i < count; ++i) {
    auto request = request_of(body);
    const auto start = steady_clock::now();
    const auto ref = co_await store.append(std::move(request));
    if (latencies != nullptr) latencies->push_back(steady_clock::now() - start);
    benchmark::DoNotOptimize(ref.value());
  }
}

double append_rate(OutputStore& store, const JsonText& body, std::size_t caller_count,
                   std::uint64_t count, std::vector<std::chrono::nanoseconds>* latencies) {
  const std::uint64_t each = count / caller_count;
  const auto start = steady_clock::now();
  run_callers(caller_count, [&](std::size_t) { return append_each(store, body, each, latencies); });
  const std::chrono::duration<double> seconds = steady_clock::now() - start;
  return static_cast<double>(each * caller_count) / seconds.count();
}

}  // namespace skep::bench
