// "The plain way", as the reference appends: a rollback-journal transaction each, with a scan for
// the greatest `seq`, on the seven-column table and its three indexes.
#include "bench_files.hpp"
#include "registered.hpp"
#include "sqlite/connection.hpp"

#include <string>

namespace skep::bench {
namespace {

using sqlite::Connection;

constexpr const char* kSchema =
    "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;"
    "CREATE TABLE outputs (id TEXT PRIMARY KEY, task_id TEXT NOT NULL, attempt INTEGER NOT NULL, "
    "producer_agent TEXT NOT NULL, event_json TEXT NOT NULL, parent_refs_json TEXT NOT NULL, "
    "seq INTEGER NOT NULL);"
    "CREATE INDEX ix_outputs_attempt ON outputs(task_id, attempt, seq);"
    "CREATE INDEX ix_outputs_producer ON outputs(producer_agent, seq);"
    "CREATE INDEX ix_outputs_producer_run ON outputs(producer_agent, task_id, attempt, seq);";

void insert(Connection& connection, std::uint64_t id_number, std::int64_t seq,
            const std::string& event) {
  auto statement = connection
                       .prepare(
                           "INSERT INTO outputs (id, task_id, attempt, producer_agent, event_json, "
                           "parent_refs_json, seq) VALUES (?1, 'bench', 1, 'agent', ?2, '[]', ?3)")
                       .value();
  const std::string id = record_id(id_number);
  statement.bind(1, id).bind(2, event).bind(3, seq);
  statement.run().value();
}

void plain_append(benchmark::State& state) {
  const auto body_bytes = static_cast<std::size_t>(state.range(0));
  const auto stored_count = static_cast<std::uint64_t>(state.range(1));
  const BenchFile file("plain-append");
  auto connection = Connection::open(std::filesystem::absolute(file.path()).string(),
                                     Connection::Mode::kCreate, std::chrono::seconds(5))
                        .value();
  connection->execute(kSchema).value();
  // The scan walks an index, whose size does not depend on the bodies: small ones do.
  const std::string small_event = event_json(256);
  connection->execute("BEGIN").value();
  std::uint64_t n = 0;
  while (n < stored_count) {
    ++n;
    insert(*connection, n, static_cast<std::int64_t>(n), small_event);
  }
  connection->execute("COMMIT").value();

  const std::string event = event_json(body_bytes);
  const WriteMeter meter;
  for (auto _ : state) {
    connection->prepare("BEGIN").value().run().value();
    std::int64_t seq = 0;
    {
      auto max = connection->prepare("SELECT COALESCE(MAX(seq), 0) + 1 FROM outputs").value();
      if (max.step().value()) seq = max.integer(0).value();
    }
    insert(*connection, ++n, seq, event);
    connection->prepare("COMMIT").value().run().value();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(n - stored_count));
  meter.report(state, n - stored_count, body_bytes);
}

BENCHMARK(plain_append)->Apply(in_turn)->ArgsProduct({{4096}, {0, 200'000}});

}  // namespace
}  // namespace skep::bench
