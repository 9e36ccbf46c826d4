// The ceiling: SQLite alone, on one thread, with Skep's schema, indexes, settings and durability,
// and neither queue nor JSON.
#include "bench_files.hpp"
#include "latencies.hpp"
#include "registered.hpp"
#include "sqlite/checkpoint.hpp"
#include "sqlite/schema.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace skep::bench {
namespace {

using sqlite::Connection;
using sqlite::Transaction;

constexpr const char* kInsert =
    "INSERT INTO outputs (id, task_id, attempt, producer_agent, event_json, parent_refs_json, seq, "
    "created_at) VALUES (?1, 'bench', ?4, 'agent', ?2, '[]', ?3, 1700000000000)";

std::unique_ptr<Connection> open(const BenchFile& file) {
  auto connection = Connection::open(std::filesystem::absolute(file.path()).string(),
                                     Connection::Mode::kCreate, std::chrono::seconds(5))
                        .value();
  sqlite::prepare_writer(*connection, false, std::chrono::seconds(5)).value();
  return connection;
}

void insert(Connection& connection, std::uint64_t n, const std::string& event,
            std::int64_t attempt = 1) {
  auto statement = connection.prepare(kInsert).value();
  const std::string id = record_id(n);
  statement.bind(1, id).bind(2, event).bind(3, static_cast<std::int64_t>(n)).bind(4, attempt);
  statement.run().value();
}

void raw_append(benchmark::State& state) {
  const auto body_bytes = static_cast<std::size_t>(state.range(0));
  const auto batch_count = static_cast<std::uint64_t>(state.range(1));
  const BenchFile file("raw-append");
  const auto connection = open(file);
  const std::string event = event_json(body_bytes);
  std::uint64_t n = 0;
  const WriteMeter meter;
  for (auto _ : state) {
    auto transaction = Transaction::begin(*connection).value();
    for (std::uint64_t i = 0; i < batch_count; ++i) insert(*connection, ++n, event);
    transaction.commit().value();
    sqlite::checkpoint_if_due(*connection);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(n));
  meter.report(state, n, body_bytes);
}

// What a commit of 64 takes, over a run with as many checkpoints as `append_latency` has.
void raw_latency(benchmark::State& state) {
  constexpr std::uint64_t kCommits = 200'000 / 64;
  std::vector<std::chrono::nanoseconds> latencies;
  for (auto _ : state) {
    const BenchFile file("raw-latency");
    const auto connection = open(file);
    const std::string event = event_json(4096);
    std::uint64_t n = 0;
    for (std::uint64_t commit = 0; commit < kCommits; ++commit) {
      const auto start = std::chrono::steady_clock::now();
      sqlite::checkpoint_if_due(*connection);
      auto transaction = Transaction::begin(*connection).value();
      for (int i = 0; i < 64; ++i) insert(*connection, ++n, event);
      transaction.commit().value();
      latencies.push_back(std::chrono::steady_clock::now() - start);
    }
  }
  report_latencies(state, std::move(latencies));
}

// A thousand records, or fewer large ones, of ten runs.
std::unique_ptr<Connection> open_filled(const BenchFile& file, std::int64_t body_bytes) {
  auto connection = open(file);
  const std::string event = event_json(static_cast<std::size_t>(body_bytes));
  auto transaction = Transaction::begin(*connection).value();
  for (std::uint64_t n = 1; n <= record_count(body_bytes); ++n) {
    insert(*connection, n, event, static_cast<std::int64_t>(n % 10));
  }
  transaction.commit().value();
  sqlite::checkpoint_if_due(*connection);
  return connection;
}

void raw_get(benchmark::State& state) {
  const BenchFile file("raw-get");
  const auto connection = open_filled(file, state.range(0));
  std::uint64_t n = 0;
  for (auto _ : state) {
    auto statement = connection
                         ->prepare(
                             "SELECT id, task_id, attempt, producer_agent, event_json, "
                             "parent_refs_json, seq, created_at FROM outputs WHERE id = ?1")
                         .value();
    const std::string id = record_id(1 + n * 7919 % record_count(state.range(0)));
    statement.bind(1, id);
    if (!statement.step().value()) state.SkipWithError("not found");
    std::string event(statement.text(4).value());
    benchmark::DoNotOptimize(event);
    ++n;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(n));
}

void raw_list(benchmark::State& state) {
  const BenchFile file("raw-list");
  const auto connection = open_filled(file, state.range(0));
  std::int64_t row_count = 0;
  std::int64_t attempt = 0;
  for (auto _ : state) {
    auto statement = connection
                         ->prepare(
                             "SELECT id, task_id, attempt, producer_agent, event_json, "
                             "parent_refs_json, seq, created_at FROM outputs "
                             "WHERE task_id = 'bench' AND attempt = ?1 ORDER BY seq")
                         .value();
    statement.bind(1, attempt++ % 10);
    std::vector<std::string> events;
    while (statement.step().value()) events.emplace_back(statement.text(4).value());
    benchmark::DoNotOptimize(events);
    row_count += static_cast<std::int64_t>(events.size());
  }
  state.SetItemsProcessed(row_count);
}

BENCHMARK(raw_append)->Apply(in_turn)->ArgsProduct({{256, 4096, 65'536}, {1, 64}});
BENCHMARK(raw_latency)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(raw_get)->Apply(in_turn)->Arg(256)->Arg(4096)->Arg(65'536);
BENCHMARK(raw_list)->Apply(in_turn)->Arg(4096);

void scale_raw_append(benchmark::State& state) { raw_append(state); }
void scale_raw_get(benchmark::State& state) { raw_get(state); }
BENCHMARK(scale_raw_append)->Apply(scale);
BENCHMARK(scale_raw_get)->UseRealTime()->Arg(256)->Arg(4096)->Arg(65'536)->Arg(1'048'576);

}  // namespace
}  // namespace skep::bench
