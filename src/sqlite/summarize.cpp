#include "sqlite/summarize.hpp"

#include "sqlite/checkpoint.hpp"

#include <filesystem>

namespace skep::sqlite {
namespace {

// Fills one summary a row of `statement`, whose first column is the name. Names that are not texts
// belong to damaged rows, which have no summary.
template <class Summary, class Fill>
Result<std::vector<Summary>> summaries(Statement& statement, Fill fill) {
  std::vector<Summary> found;
  for (;;) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    if (const auto name = statement.text(0)) found.push_back(fill(std::string(*name), statement));
  }
}

template <class Summary, class Fill>
Result<std::vector<Summary>> summaries(Result<Statement> statement, const NameQuery& query,
                                       Fill fill) {
  if (!statement) return std::unexpected(statement.error());
  if (query.after) {
    statement->bind(1, *query.after);
  } else {
    statement->bind_null(1);
  }
  statement->bind(2, static_cast<std::int64_t>(query.limit));
  return summaries<Summary>(*statement, fill);
}

std::uint64_t count(const Statement& statement, int column) {
  return static_cast<std::uint64_t>(statement.integer(column).value_or(0));
}

// The first release with the WAL-reset fix, as SQLITE_VERSION_NUMBER counts.
constexpr int kFirstSafeVersion = 3'051'003;

constexpr std::uint64_t kMaxLogBytes = std::uint64_t{kMaxLogPages} * 4'096;
constexpr const char* kLogWarning =
    "The write-ahead log is more than twice as large as it should become: a read transaction of "
    "another process, open for long, keeps it from starting anew.";

std::vector<std::string> engine_warnings() {
  if (sqlite3_libversion_number() >= kFirstSafeVersion) return {};
  return {std::string("SQLite ") + sqlite3_libversion() +
          " has the WAL-reset bug (fixed in 3.51.3): when two processes write to one file, a "
          "checkpoint at the wrong instant can lose commits. One writing process is safe."};
}

}  // namespace

Result<std::vector<TaskSummary>> tasks(Connection& connection, const NameQuery& query) {
  // Every text is >= '', so both forms of the condition are ranges of the index.
  const char* sql =
      query.after ? "SELECT task_id, COUNT(*), SUM(output_count), MAX(last_seq) FROM skep_runs "
                    "WHERE task_id > ?1 GROUP BY task_id LIMIT ?2"
                  : "SELECT task_id, COUNT(*), SUM(output_count), MAX(last_seq) FROM skep_runs "
                    "WHERE task_id >= COALESCE(?1, '') GROUP BY task_id LIMIT ?2";
  return summaries<TaskSummary>(connection.prepare(sql), query,
                                [](std::string name, const Statement& row) {
                                  return TaskSummary{std::move(name), count(row, 1), count(row, 2),
                                                     row.integer(3).value_or(0)};
                                });
}

Result<std::vector<RunSummary>> runs(Connection& connection, const RunQuery& query) {
  // A range of the primary key in every case. A damaged attempt is no run.
#define SKEP_SELECT_RUNS(where)                                                 \
  "SELECT task_id, attempt, output_count, last_seq FROM skep_runs WHERE " where \
  " AND attempt BETWEEN 0 AND 4294967295 ORDER BY task_id, attempt LIMIT ?4"
  const char* sql = SKEP_SELECT_RUNS("task_id >= ''");
  if (query.task_id) {
    // An earlier position is none within the task, a later one leaves nothing.
    sql = query.after && query.after->task_id >= *query.task_id
              ? SKEP_SELECT_RUNS("task_id = ?1 AND (task_id, attempt) > (?2, ?3)")
              : SKEP_SELECT_RUNS("task_id = ?1");
  } else if (query.after) {
    sql = SKEP_SELECT_RUNS("(task_id, attempt) > (?2, ?3)");
  }
#undef SKEP_SELECT_RUNS
  auto statement = connection.prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  if (query.task_id) statement->bind(1, *query.task_id);
  if (query.after) {
    statement->bind(2, query.after->task_id).bind(3, std::int64_t{query.after->attempt});
  }
  statement->bind(4, static_cast<std::int64_t>(query.limit));
  return summaries<RunSummary>(*statement, [](std::string task_id, const Statement& row) {
    RunSummary run;
    run.task_id = std::move(task_id);
    run.attempt = static_cast<std::uint32_t>(row.integer(1).value_or(0));
    run.output_count = count(row, 2);
    run.last_seq = row.integer(3).value_or(0);
    return run;
  });
}

Result<std::vector<AgentSummary>> agents(Connection& connection, const NameQuery& query) {
  const char* sql =
      query.after ? "SELECT producer_agent, output_count, last_seq FROM skep_agents "
                    "WHERE producer_agent > ?1 ORDER BY producer_agent LIMIT ?2"
                  : "SELECT producer_agent, output_count, last_seq FROM skep_agents "
                    "WHERE producer_agent >= COALESCE(?1, '') ORDER BY producer_agent LIMIT ?2";
  return summaries<AgentSummary>(
      connection.prepare(sql), query, [](std::string name, const Statement& row) {
        return AgentSummary{std::move(name), count(row, 1), row.integer(2).value_or(0)};
      });
}

Result<StoreStats> stats(Connection& connection, const std::string& path) {
  auto statement = connection.prepare(
      "SELECT output_count, task_count, agent_count, "
      "(SELECT COALESCE(MAX(seq), 0) FROM outputs), "
      "(SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) "
      "FROM skep_totals");
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(ErrorKind::kCorrupt, "the table skep_totals of the file has no row");

  StoreStats stats;
  stats.backend = "sqlite";
  stats.engine_version = std::string("SQLite ") + sqlite3_libversion();
  stats.output_count = count(*statement, 0);
  stats.task_count = count(*statement, 1);
  stats.agent_count = count(*statement, 2);
  stats.last_seq = statement->integer(3).value_or(0);
  stats.database_bytes = count(*statement, 4);
  if (!path.empty()) {
    std::error_code error;
    const auto wal_bytes = std::filesystem::file_size(path + "-wal", error);
    if (!error) stats.wal_bytes = wal_bytes;
    stats.warnings = engine_warnings();
    if (stats.wal_bytes > 2 * kMaxLogBytes) stats.warnings.emplace_back(kLogWarning);
  }
  return stats;
}

}  // namespace skep::sqlite
