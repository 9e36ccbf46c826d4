// What each operation costs in a store that has grown to a million records, and the memory of the
// growing. SKEP_BENCH_RECORDS and SKEP_BENCH_BODY_BYTES set other numbers than 1,000,000 and 4096.
#include "callers.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace skep::bench {
namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t kSmallCount = 20'000;
constexpr std::size_t kCallers = 256;

std::uint64_t named_number(const char* variable, std::uint64_t otherwise) {
  const char* named = std::getenv(variable);
  return named != nullptr ? std::stoull(named) : otherwise;
}

std::uint64_t grown_count() { return named_number("SKEP_BENCH_RECORDS", 1'000'000); }

JsonText growth_body() { return body_of(named_number("SKEP_BENCH_BODY_BYTES", 4096)); }

// Half of all records are of one task, in two runs; the others come in runs of a hundred.
AppendRequest nth_request(std::uint64_t n, const JsonText& body) {
  AppendRequest request = request_of(body);
  request.producer_agent = "agent-" + std::to_string(n % 64);
  if (n % 2 == 0) {
    request.task_id = "giant";
    request.attempt = static_cast<std::uint32_t>(n / 2 % 2);
  } else {
    request.task_id = "task-" + std::to_string(n / 2'000);
    request.attempt = static_cast<std::uint32_t>(n / 200 % 10);
  }
  return request;
}

// Appends the records from `*next` to `end`; each caller takes the next one that is left.
boost::asio::awaitable<void> grow_to(OutputStore& store, const JsonText& body, std::uint64_t& next,
                                     std::uint64_t end, std::vector<OutputRef>& sample) {
  while (next < end) {
    const std::uint64_t n = next++;
    auto request = nth_request(n, body);
    auto ref = co_await store.append(std::move(request));
    if (n % 1'000 == 0) sample.push_back(std::move(ref.value()));
  }
}

double grow(BlockingStore& store, std::size_t callers, std::uint64_t& next, std::uint64_t end,
            std::vector<OutputRef>& sample) {
  const JsonText body = growth_body();
  const std::uint64_t first = next;
  const auto start = steady_clock::now();
  run_callers(callers,
              [&](std::size_t) { return grow_to(store.async(), body, next, end, sample); });
  const std::chrono::duration<double> seconds = steady_clock::now() - start;
  return static_cast<double>(next - first) / seconds.count();
}

// The peak of this process's resident memory since the last `forget_peak`, in MiB (proc(5)).
double peak_mib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    double kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib / 1024;
  }
  throw std::runtime_error("/proc/self/status names no VmHWM");
}

void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

double median(std::vector<double> figures) {
  const auto middle = figures.begin() + static_cast<std::ptrdiff_t>(figures.size() / 2);
  std::ranges::nth_element(figures, middle);
  return *middle;
}

// The median of what `operation(i)` takes, in microseconds, once it has brought into memory what it
// reads: what a disk takes says nothing of the number of records.
template <class Operation>
double median_us(Operation operation) {
  constexpr std::size_t kTimes = 101;
  for (std::size_t i = 0; i < kTimes; ++i) operation(i);
  std::vector<double> times;
  for (std::size_t i = 0; i < kTimes; ++i) {
    const auto start = steady_clock::now();
    operation(i);
    times.push_back(std::chrono::duration<double, std::micro>(steady_clock::now() - start).count());
  }
  return median(std::move(times));
}

void measure_operations(benchmark::State& state, const std::string& size, BlockingStore& store,
                        const std::vector<OutputRef>& sample, std::uint64_t count) {
  const auto task = [count](std::size_t i) {
    return "task-" + std::to_string(i * 7919 % (count / 2'000));
  };
  const auto agent = [](std::size_t i) { return "agent-" + std::to_string(2 * i % 64); };
  const auto measure = [&](const std::string& operation, auto work) {
    state.counters[operation + "_" + size + "_us"] = median_us(work);
  };
  // A page of 100 after a place that differs from call to call.
  const auto page_of = [&](std::size_t i, std::optional<std::string> of_task,
                           std::optional<std::string> of_agent) {
    ListQuery query;
    query.task_id = std::move(of_task);
    query.producer_agent = std::move(of_agent);
    query.after_seq = static_cast<std::int64_t>(i * 104'729 % (count / 2));
    if (store.list(query).value().listing.records.size() != query.limit) {
      throw std::runtime_error("a page is not full");
    }
  };
  measure("get", [&](std::size_t i) { store.get(sample[i * 7919 % sample.size()]).value(); });
  measure("latest", [&](std::size_t i) { store.get_latest_by_name(agent(i)).value(); });
  measure("latest_in_run", [&](std::size_t i) {
    store.get_latest_by_name_in_run("giant", 0, agent(2 * i)).value();
  });
  measure("list", [&](std::size_t i) { page_of(i, {}, {}); });
  measure("list_task", [&](std::size_t i) { page_of(i, "giant", {}); });
  measure("list_agent", [&](std::size_t i) { page_of(i, {}, agent(i)); });
  measure("list_for_attempt", [&](std::size_t i) {
    store.list_for_attempt(task(i), static_cast<std::uint32_t>(i % 10)).value();
  });
  measure("tasks", [&](std::size_t i) {
    NameQuery query;
    query.after = task(i);
    query.limit = 10;
    store.tasks(query).value();
  });
  measure("agents", [&](std::size_t) { store.agents().value(); });
  measure("stats", [&](std::size_t) { store.stats().value(); });
}

// The rate of appends here and in an empty store, in turn: where the kernel has no used memory left
// for the pages of a file, every writer gets slower, SQLite alone included.
void compare_rates(benchmark::State& state, BlockingStore& store) {
  const JsonText body = growth_body();
  std::vector<double> full;
  std::vector<double> empty;
  for (int i = 0; i < 5; ++i) {
    full.push_back(append_rate(store.async(), body, 64, kSmallCount));
    const BenchFile file("growth-empty");
    auto empty_store = open_store(file);
    empty.push_back(append_rate(empty_store.async(), body, 64, kSmallCount));
  }
  state.counters["append_full"] = median(std::move(full));
  state.counters["append_empty"] = median(std::move(empty));
}

void growth(benchmark::State& state) {
  const std::uint64_t count = grown_count();
  for (auto _ : state) {
    const BenchFile file("growth");
    const SqliteStoreOptions options;
    auto store = open_store(file, options);
    std::vector<OutputRef> sample;
    std::uint64_t next = 0;
    state.counters["mixed_first"] = grow(store, 64, next, kSmallCount, sample);
    measure_operations(state, "small", store, sample, next);

    forget_peak();
    const double before_mib = peak_mib();
    state.counters["append_256"] = grow(store, kCallers, next, count, sample);
    state.counters["peak_mib"] = peak_mib() - before_mib;
    state.counters["bound_mib"] = static_cast<double>(options.max_queued_bytes) / (1 << 20U);

    state.counters["mixed_last"] = grow(store, 64, next, count + kSmallCount, sample);
    compare_rates(state, store);
    measure_operations(state, "full", store, sample, next);
    const auto stats = store.stats().value();
    state.counters["records"] = static_cast<double>(stats.output_count);
    state.counters["wal_mib"] = static_cast<double>(stats.wal_bytes) / (1 << 20U);
  }
}

BENCHMARK(growth)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace skep::bench
