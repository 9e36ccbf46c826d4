#include "sqlite/schema.hpp"

#include "sqlite/blobs.hpp"
#include "sqlite/counts.hpp"
#include "sqlite/edges.hpp"
#include "sqlite/idempotency.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <thread>

namespace skep::sqlite {
namespace {

// The seven columns and three indexes are those of mlua-swarm, which creates what is missing by
// name at each open. Ours: `created_at` (milliseconds since 1970 UTC, NULL on rows of others), and
// the index that makes `MAX(seq)` a look-up, for the other writers' two-statement insert too.
constexpr const char* kCreate = R"sql(
CREATE TABLE IF NOT EXISTS outputs (
  id             TEXT PRIMARY KEY,
  task_id        TEXT NOT NULL,
  attempt        INTEGER NOT NULL,
  producer_agent TEXT NOT NULL,
  event_json     TEXT NOT NULL,
  parent_refs_json TEXT NOT NULL,
  seq            INTEGER NOT NULL,
  created_at     INTEGER
);
CREATE INDEX IF NOT EXISTS ix_outputs_attempt ON outputs(task_id, attempt, seq);
CREATE INDEX IF NOT EXISTS ix_outputs_producer ON outputs(producer_agent, seq);
CREATE INDEX IF NOT EXISTS ix_outputs_producer_run
  ON outputs(producer_agent, task_id, attempt, seq);
CREATE INDEX IF NOT EXISTS ix_outputs_seq ON outputs(seq);
)sql";

constexpr std::array<std::string_view, 7> kInterchangeColumns = {
    "id", "task_id", "attempt", "producer_agent", "event_json", "parent_refs_json", "seq"};
constexpr std::array<std::string_view, 4> kIndexes = {"ix_outputs_attempt", "ix_outputs_producer",
                                                      "ix_outputs_producer_run", "ix_outputs_seq"};
constexpr std::array<std::string_view, 8> kCounts = {
    "skep_runs",         "skep_agents",      "skep_totals",        "skep_task_added",
    "skep_task_removed", "skep_agent_added", "skep_agent_removed", "skep_output_removed"};

constexpr std::array<std::string_view, 5> kEdges = {
    "skep_edges", "skep_edge_log", "skep_edges_added", "skep_edges_removed", "skep_edges_changed"};

Result<std::set<std::string, std::less<>>> names(Connection& connection, const char* sql) {
  std::set<std::string, std::less<>> found;
  auto statement = connection.prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  for (;;) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    found.emplace(statement->text(0).value_or(""));
  }
}

constexpr std::array<std::string_view, 3> kBlobs = {"skep_blobs", "ix_skep_blobs_sha256",
                                                    "skep_blob_removed"};

constexpr std::array<std::string_view, 2> kKeys = {"skep_keys", "ix_skep_keys_age"};

// With all edges of the records that are there.
Result<void> create_edges(Connection& connection) {
  if (auto created = connection.execute(kCreateEdges); !created) return created;
  for (;;) {
    const auto moved_all = move_edges(connection);
    if (!moved_all) return std::unexpected(moved_all.error());
    if (*moved_all) return {};
  }
}

Result<void> bring_up(Connection& connection) {
  auto shape = read_shape(connection);
  if (!shape) return std::unexpected(shape.error());
  if (shape->is_complete()) return {};

  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(transaction.error());
  shape = read_shape(connection);  // another process may have been first
  if (!shape) return std::unexpected(shape.error());
  if (shape->has_table && !shape->has_created_at) {
    if (auto added = connection.execute("ALTER TABLE outputs ADD COLUMN created_at INTEGER");
        !added) {
      return added;
    }
  }
  if (auto created = connection.execute(kCreate); !created) return created;
  if (!shape->has_counts) {
    if (auto created = connection.execute(kCreateCounts); !created) return created;
  }
  if (!shape->has_edges) {
    if (auto created = create_edges(connection); !created) return created;
  }
  if (auto created = connection.execute(kCreateKeys); !created) return created;
  if (auto created = connection.execute(kCreateBlobs); !created) return created;
  return transaction->commit();
}

// Where several processes open a new file at the same instant, SQLite refuses the change of mode at
// once, whatever the busy timeout: so the waiting is done here.
Result<void> use_write_ahead_log(Connection& connection, std::chrono::milliseconds busy_timeout) {
  constexpr std::chrono::milliseconds kPause(2);
  const auto deadline = std::chrono::steady_clock::now() + busy_timeout;
  for (;;) {
    const auto mode = connection.pragma("journal_mode=WAL");
    if (mode && *mode == "wal") return {};
    if (mode) {
      return fail(ErrorKind::kInternal,
                  "the file can't use a write-ahead log (its journal mode stays \"" + *mode +
                      "\"): is it on a network file system?");
    }
    if (mode.error().kind != ErrorKind::kBusy || std::chrono::steady_clock::now() >= deadline) {
      return std::unexpected(mode.error());
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

Result<FileShape> read_shape(Connection& connection) {
  const auto columns = names(connection, "SELECT name FROM pragma_table_info('outputs')");
  if (!columns) return std::unexpected(columns.error());
  const auto objects = names(connection, "SELECT name FROM sqlite_master");
  if (!objects) return std::unexpected(objects.error());
  const auto is_there = [&objects](std::string_view name) { return objects->contains(name); };

  FileShape shape;
  shape.has_table = !columns->empty();
  shape.has_created_at = columns->contains("created_at");
  shape.has_indexes = std::ranges::all_of(kIndexes, is_there);
  shape.has_keys = std::ranges::all_of(kKeys, is_there);
  shape.has_blobs = std::ranges::all_of(kBlobs, is_there);
  shape.has_counts = std::ranges::all_of(kCounts, is_there);
  shape.has_edges = std::ranges::all_of(kEdges, is_there);
  for (const auto column : kInterchangeColumns) {
    if (shape.has_table && !columns->contains(column)) {
      return fail(ErrorKind::kInvalidArgument,
                  R"(the file has a table "outputs" without the column ")" + std::string(column) +
                      "\": it is not an output store");
    }
  }
  return shape;
}

Result<void> prepare_writer(Connection& connection, bool in_memory,
                            std::chrono::milliseconds busy_timeout) {
  // For a file that is made now: in others it changes nothing.
  if (auto set = connection.execute("PRAGMA auto_vacuum=INCREMENTAL"); !set) return set;
  if (!in_memory) {
    if (auto set = use_write_ahead_log(connection, busy_timeout); !set) return set;
  }
  auto set = connection.execute(
      "PRAGMA synchronous=FULL;"
      "PRAGMA journal_size_limit=67108864;"
      "PRAGMA mmap_size=0;"
      "PRAGMA temp_store=MEMORY;"
      "PRAGMA trusted_schema=OFF;"
      "PRAGMA cell_size_check=ON;");
  if (!set) return set;
  connection.watch_log();  // which switches SQLite's own checkpoints off
  return bring_up(connection);
}

Result<std::unique_ptr<Connection>> open_reader(const std::string& path,
                                                std::chrono::milliseconds busy_timeout) {
  auto connection = Connection::open(path, Connection::Mode::kReadOnly, busy_timeout);
  if (!connection) return connection;
  // Only the writer checkpoints: see docs/storage.md for the SQLite bug behind that.
  auto set = (*connection)
                 ->execute(
                     "PRAGMA query_only=ON;"
                     "PRAGMA wal_autocheckpoint=0;"
                     "PRAGMA mmap_size=0;"
                     "PRAGMA temp_store=MEMORY;"
                     "PRAGMA trusted_schema=OFF;"
                     "PRAGMA cell_size_check=ON;");
  if (!set) return std::unexpected(std::move(set.error()));
  return connection;
}

}  // namespace skep::sqlite
