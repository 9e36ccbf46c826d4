#include "sqlite/counts.hpp"

#include "sqlite/number.hpp"

#include <limits>

namespace skep::sqlite {
namespace {

// Records counted in one transaction: some milliseconds.
#define SKEP_COUNT_ROWS "2000"

constexpr const char* kFrom = "SELECT counted_seq FROM skep_totals";

// The `seq` of the last record of the next portion.
constexpr const char* kPortionEnd =
    "SELECT MAX(seq) FROM (SELECT seq FROM outputs WHERE seq > ?1 AND typeof(seq) = 'integer' "
    "ORDER BY seq LIMIT " SKEP_COUNT_ROWS ")";

constexpr const char* kCountRuns =
    "INSERT INTO skep_runs (task_id, attempt, output_count, last_seq) "
    "SELECT task_id, attempt, COUNT(*), MAX(seq) FROM outputs WHERE seq > ?1 AND seq <= ?2 "
    "GROUP BY task_id, attempt ON CONFLICT (task_id, attempt) DO UPDATE SET "
    "output_count = output_count + excluded.output_count, last_seq = excluded.last_seq";

constexpr const char* kCountAgents =
    "INSERT INTO skep_agents (producer_agent, output_count, last_seq) "
    "SELECT producer_agent, COUNT(*), MAX(seq) FROM outputs WHERE seq > ?1 AND seq <= ?2 "
    "GROUP BY producer_agent ON CONFLICT (producer_agent) DO UPDATE SET "
    "output_count = output_count + excluded.output_count, last_seq = excluded.last_seq";

constexpr const char* kCountOutputs =
    "UPDATE skep_totals SET counted_seq = ?2, output_count = output_count + "
    "(SELECT COUNT(*) FROM outputs WHERE seq > ?1 AND seq <= ?2)";

Result<void> count_portion(Connection& connection, std::int64_t from, std::int64_t to) {
  for (const char* sql : {kCountRuns, kCountAgents, kCountOutputs}) {
    auto statement = connection.prepare(sql);
    if (!statement) return std::unexpected(std::move(statement.error()));
    statement->bind(1, from).bind(2, to);
    if (auto counted = statement->run(); !counted) return counted;
  }
  return {};
}

}  // namespace

const char* const kCreateCounts = R"sql(
CREATE TABLE IF NOT EXISTS skep_runs (
  task_id      TEXT NOT NULL,
  attempt      INTEGER NOT NULL,
  output_count INTEGER NOT NULL,
  last_seq     INTEGER NOT NULL,
  PRIMARY KEY (task_id, attempt)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS skep_agents (
  producer_agent TEXT PRIMARY KEY NOT NULL,
  output_count   INTEGER NOT NULL,
  last_seq       INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS skep_totals (
  one          INTEGER PRIMARY KEY CHECK (one = 1),
  counted_seq  INTEGER NOT NULL,
  output_count INTEGER NOT NULL,
  task_count   INTEGER NOT NULL,
  agent_count  INTEGER NOT NULL
);
-- Whatever stands there already was counted under other triggers, or none.
DELETE FROM skep_runs;
DELETE FROM skep_agents;
INSERT OR REPLACE INTO skep_totals VALUES (1, -9223372036854775808, 0, 0, 0);

CREATE TRIGGER IF NOT EXISTS skep_task_added AFTER INSERT ON skep_runs
WHEN NOT EXISTS
  (SELECT 1 FROM skep_runs WHERE task_id = new.task_id AND attempt <> new.attempt)
BEGIN UPDATE skep_totals SET task_count = task_count + 1; END;
CREATE TRIGGER IF NOT EXISTS skep_task_removed AFTER DELETE ON skep_runs
WHEN NOT EXISTS (SELECT 1 FROM skep_runs WHERE task_id = old.task_id)
BEGIN UPDATE skep_totals SET task_count = task_count - 1; END;
CREATE TRIGGER IF NOT EXISTS skep_agent_added AFTER INSERT ON skep_agents
BEGIN UPDATE skep_totals SET agent_count = agent_count + 1; END;
CREATE TRIGGER IF NOT EXISTS skep_agent_removed AFTER DELETE ON skep_agents
BEGIN UPDATE skep_totals SET agent_count = agent_count - 1; END;

CREATE TRIGGER IF NOT EXISTS skep_output_removed AFTER DELETE ON outputs
BEGIN
  UPDATE skep_runs SET output_count = output_count - 1, last_seq = COALESCE(
    (SELECT MAX(seq) FROM outputs WHERE task_id = old.task_id AND attempt = old.attempt
       AND seq <= (SELECT counted_seq FROM skep_totals)), 0)
    WHERE task_id = old.task_id AND attempt = old.attempt
      AND old.seq <= (SELECT counted_seq FROM skep_totals);
  DELETE FROM skep_runs
    WHERE task_id = old.task_id AND attempt = old.attempt AND output_count <= 0;
  UPDATE skep_agents SET output_count = output_count - 1, last_seq = COALESCE(
    (SELECT MAX(seq) FROM outputs WHERE producer_agent = old.producer_agent
       AND seq <= (SELECT counted_seq FROM skep_totals)), 0)
    WHERE producer_agent = old.producer_agent
      AND old.seq <= (SELECT counted_seq FROM skep_totals);
  DELETE FROM skep_agents WHERE producer_agent = old.producer_agent AND output_count <= 0;
  -- Last, for what precedes reads it. Once the newest records are gone, the next of another writer
  -- may get a number that they had.
  UPDATE skep_totals SET output_count = output_count - (old.seq <= counted_seq),
    counted_seq = MIN(counted_seq, COALESCE(
      (SELECT MAX(seq) FROM outputs WHERE seq <= 9223372036854775807), -9223372036854775808));
END;
)sql";

Result<std::optional<std::int64_t>> uncounted(Connection& connection) {
  return number(connection,
                "SELECT MAX(seq) FROM outputs WHERE seq <= 9223372036854775807 AND seq > "
                "(SELECT counted_seq FROM skep_totals)");
}

Result<std::int64_t> count_some(Connection& connection) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  const auto from = number(connection, kFrom);
  if (!from) return std::unexpected(from.error());
  if (!*from) return fail(ErrorKind::kCorrupt, "the table skep_totals of the file has no row");
  const auto to = number(connection, kPortionEnd, **from);
  if (!to) return std::unexpected(to.error());
  if (!*to) return std::numeric_limits<std::int64_t>::max();
  if (auto counted = count_portion(connection, **from, **to); !counted) {
    return std::unexpected(std::move(counted.error()));
  }
  if (auto committed = transaction->commit(); !committed) {
    return std::unexpected(std::move(committed.error()));
  }
  return **to;
}

}  // namespace skep::sqlite
