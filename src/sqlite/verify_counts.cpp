#include "sqlite/file_check.hpp"

#include <limits>
#include <optional>
#include <string>

namespace skep::sqlite {
namespace {

constexpr const char* kSelectRuns =
    "SELECT task_id, attempt, output_count, last_seq, "
    "(SELECT COUNT(*) FROM outputs o WHERE o.task_id = r.task_id AND o.attempt = r.attempt "
    "AND o.seq <= (SELECT counted_seq FROM skep_totals)), "
    "(SELECT MAX(o.seq) FROM outputs o WHERE o.task_id = r.task_id AND o.attempt = r.attempt "
    "AND o.seq <= (SELECT counted_seq FROM skep_totals)) "
    "FROM skep_runs r WHERE (task_id, attempt) > (?1, ?2) ORDER BY task_id, attempt LIMIT 1000";

constexpr const char* kSelectAgents =
    "SELECT producer_agent, 0, output_count, last_seq, "
    "(SELECT COUNT(*) FROM outputs o WHERE o.producer_agent = a.producer_agent "
    "AND o.seq <= (SELECT counted_seq FROM skep_totals)), "
    "(SELECT MAX(o.seq) FROM outputs o WHERE o.producer_agent = a.producer_agent "
    "AND o.seq <= (SELECT counted_seq FROM skep_totals)) "
    "FROM skep_agents a WHERE (producer_agent, 0) > (?1, ?2) ORDER BY producer_agent LIMIT 1000";

// What no run and no agent counts shows in the sums.
constexpr const char* kSelectTotals =
    "SELECT t.output_count, t.task_count, t.agent_count, "
    "(SELECT COUNT(*) FROM outputs WHERE seq <= t.counted_seq), "
    "(SELECT COUNT(DISTINCT task_id) FROM skep_runs), (SELECT COUNT(*) FROM skep_agents), "
    "(SELECT TOTAL(output_count) = t.output_count FROM skep_runs), "
    "(SELECT TOTAL(output_count) = t.output_count FROM skep_agents) FROM skep_totals t";

class CountCheck final : public FileCheck {
 public:
  Result<bool> advance(Connection& connection, VerifyFindings& findings) override {
    if (stage_ == Stage::kTotals) return check_totals(connection, findings);
    const auto done = check_rows(connection, findings);
    if (!done) return done;
    if (*done) {
      stage_ = stage_ == Stage::kRuns ? Stage::kAgents : Stage::kTotals;
      name_.clear();
      attempt_ = std::numeric_limits<std::int64_t>::min();
    }
    return false;
  }

 private:
  enum class Stage : std::uint8_t { kRuns, kAgents, kTotals };

  Result<bool> check_rows(Connection& connection, VerifyFindings& findings) {
    const auto end = std::chrono::steady_clock::now() + kCheckPiece;
    const bool is_run = stage_ == Stage::kRuns;
    auto statement = connection.prepare(is_run ? kSelectRuns : kSelectAgents);
    if (!statement) return std::unexpected(std::move(statement.error()));
    const std::string after = name_;
    // Of two keys with the same name the later one has the greater number, and agents have none.
    statement->bind(1, after).bind(2, attempt_);
    for (bool has_rows = false; std::chrono::steady_clock::now() < end; has_rows = true) {
      const auto row = statement->step();
      if (!row) return row;
      if (!*row) return !has_rows;
      const auto name = statement->text(0);
      const auto attempt = statement->integer(1);
      // Another program's idea of a key: the row itself is a finding, and where to go on is not
      // known.
      if (!name || !attempt) return true;
      name_ = *name;
      attempt_ = *attempt;
      findings.count_checked();
      const bool is_right = statement->integer(2) == statement->integer(4) &&
                            statement->integer(3).value_or(0) == statement->integer(5).value_or(0);
      if (is_right) continue;
      findings.add("count_wrong",
                   is_run ? "run " + name_ + "/" + std::to_string(attempt_) : "agent " + name_,
                   "it counts " + std::to_string(statement->integer(2).value_or(0)) +
                       " outputs up to seq " + std::to_string(statement->integer(3).value_or(0)) +
                       ", and there are " + std::to_string(statement->integer(4).value_or(0)) +
                       " up to seq " + std::to_string(statement->integer(5).value_or(0)));
    }
    return false;
  }

  static Result<bool> check_totals(Connection& connection, VerifyFindings& findings) {
    auto statement = connection.prepare(kSelectTotals);
    if (!statement) return std::unexpected(std::move(statement.error()));
    const auto row = statement->step();
    if (!row) return row;
    findings.count_checked();
    if (!*row) {
      findings.add("count_wrong", "the totals", "skep_totals has no row");
      return true;
    }
    constexpr const char* kNames[] = {"outputs", "tasks", "agents"};
    for (int i = 0; i < 3; ++i) {
      if (statement->integer(i) == statement->integer(i + 3)) continue;
      findings.add("count_wrong", "the totals",
                   "they count " + std::to_string(statement->integer(i).value_or(0)) + " " +
                       kNames[i] + ", and there are " +
                       std::to_string(statement->integer(i + 3).value_or(0)));
    }
    if (statement->integer(6) != 1) {
      findings.add("count_wrong", "the runs", "together they do not have as many outputs as all");
    }
    if (statement->integer(7) != 1) {
      findings.add("count_wrong", "the agents", "together they do not have as many outputs as all");
    }
    return true;
  }

  Stage stage_ = Stage::kRuns;
  std::string name_;
  std::int64_t attempt_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace

std::unique_ptr<FileCheck> check_counts() { return std::make_unique<CountCheck>(); }

}  // namespace skep::sqlite
