// Walks along the edges of records, beside SQLite's own recursion over the same file; and what
// edges add to an append.
#include "callers.hpp"
#include "registered.hpp"
#include "sqlite/schema.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace skep::bench {
namespace {

using sqlite::Connection;

constexpr std::size_t kChainCount = 100'000;

// A chain, in which each record has as its parent the one before it. Gives both ends.
std::pair<OutputRef, OutputRef> fill(BlockingStore& store) {
  std::vector<OutputRecord> records;
  for (std::size_t i = 0; i < kChainCount; ++i) {
    OutputRecord& record = records.emplace_back();
    record.id = OutputRef(record_id(i));
    record.task_id = "bench";
    record.producer_agent = "agent";
    record.event = Final(Inline(body_of(256)), true);
    if (i > 0) record.parent_refs.emplace_back(record_id(i - 1));
    if (records.size() == kMaxBatchCount / 2 || i + 1 == kChainCount) {
      static_cast<void>(store.import_records(std::exchange(records, {})).value());
    }
  }
  return {OutputRef(record_id(0)), OutputRef(record_id(kChainCount - 1))};
}

LineageQuery all_of_it() {
  LineageQuery query;
  query.max_depth = kMaxLineageDepth;
  query.max_count = kMaxLineageCount;
  return query;
}

void walk(benchmark::State& state, bool is_up) {
  const BenchFile file("lineage");
  auto store = open_store(file);
  const auto [first, last] = fill(store);
  for (auto _ : state) {
    const auto lineage =
        is_up ? store.ancestors(last, all_of_it()) : store.descendants(first, all_of_it());
    if (lineage.value().nodes.size() != kChainCount) state.SkipWithError("not all of it");
  }
  state.SetItemsProcessed(state.iterations() * std::int64_t{kChainCount});
}

void lineage_up(benchmark::State& state) { walk(state, true); }
void lineage_down(benchmark::State& state) { walk(state, false); }

// What a program would write that has the edges in an index both ways.
void raw_walk(benchmark::State& state, const char* sql, std::size_t root) {
  const BenchFile file("raw-lineage");
  {
    auto store = open_store(file);
    static_cast<void>(fill(store));
  }
  auto connection = Connection::open(std::filesystem::absolute(file.path()).string(),
                                     Connection::Mode::kReadWrite, std::chrono::seconds(5))
                        .value();
  connection->execute("CREATE INDEX child_edges ON skep_edges(child_id, parent_id)").value();
  const std::string id = record_id(root);
  for (auto _ : state) {
    auto statement = connection->prepare(sql).value();
    statement.bind(1, id);
    std::size_t count = 0;
    while (statement.step().value()) {
      std::string agent(statement.text(1).value());
      benchmark::DoNotOptimize(agent);
      ++count;
    }
    if (count != kChainCount) state.SkipWithError("not all of it");
  }
  state.SetItemsProcessed(state.iterations() * std::int64_t{kChainCount});
}

#define SKEP_RAW_WALK(next, from)                                                    \
  "WITH RECURSIVE found(id) AS (SELECT ?1 UNION SELECT " next                        \
  " FROM found JOIN skep_edges ON " from                                             \
  " = found.id) SELECT o.task_id, o.producer_agent, o.attempt, o.seq, o.created_at " \
  "FROM found JOIN outputs AS o ON o.id = found.id"

void raw_lineage_up(benchmark::State& state) {
  raw_walk(state, SKEP_RAW_WALK("parent_id", "child_id"), kChainCount - 1);
}
void raw_lineage_down(benchmark::State& state) {
  raw_walk(state, SKEP_RAW_WALK("child_id", "parent_id"), 0);
}

// 64 callers append, each time with `state.range(0)` parents.
void store_append_parents(benchmark::State& state) {
  const BenchFile file("append-parents");
  auto store = open_store(file);
  const JsonText body = body_of(256);
  std::vector<OutputRef> parents;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    parents.push_back(store.append(request_of(body)).value());
  }
  constexpr int kRounds = 16;
  std::int64_t append_count = 0;
  for (auto _ : state) {
    run_callers(64, [&](std::size_t) -> boost::asio::awaitable<void> {
      return [](OutputStore& to, const JsonText& value,
                const std::vector<OutputRef>& of) -> boost::asio::awaitable<void> {
        for (int i = 0; i < kRounds; ++i) {
          auto request = request_of(value);
          request.parent_refs = of;
          const auto ref = co_await to.append(std::move(request));
          benchmark::DoNotOptimize(ref.value());
        }
      }(store.async(), body, parents);
    });
    append_count += std::int64_t{64} * kRounds;
  }
  state.SetItemsProcessed(append_count);
}

BENCHMARK(lineage_up)->Apply(in_turn);
BENCHMARK(lineage_down)->Apply(in_turn);
BENCHMARK(raw_lineage_up)->Apply(in_turn);
BENCHMARK(raw_lineage_down)->Apply(in_turn);
BENCHMARK(store_append_parents)->Apply(in_turn)->Arg(0)->Arg(1)->Arg(4);

}  // namespace
}  // namespace skep::bench
