#include "sqlite/prune_candidates.hpp"

#include <chrono>
#include <utility>

namespace skep::sqlite {
namespace {

constexpr std::chrono::milliseconds kPiece{10};
constexpr std::size_t kMaxCandidates = 1'000;

// Producers that are remembered; more are asked for again.
constexpr std::size_t kMaxProducers = 100'000;

constexpr const char* kAll =
    "SELECT id, seq, task_id, producer_agent, created_at FROM outputs WHERE seq < ?1 "
    "ORDER BY seq DESC LIMIT 5000";
// Along `seq`, as the other: the index by tasks has attempts in between, and each piece would sort
// all that is left of the task.
constexpr const char* kOfTask =
    "SELECT id, seq, task_id, producer_agent, created_at FROM outputs "
    "WHERE +task_id = ?2 AND seq < ?1 ORDER BY seq DESC LIMIT 5000";

bool is_before(const Statement& row, Timestamp time) {
  const auto created_at = row.integer(4);
  return created_at && *created_at < time.time_since_epoch().count();
}

}  // namespace

Result<std::optional<std::vector<PruneCandidate>>> PruneCandidates::next(Connection& connection) {
  const auto end = std::chrono::steady_clock::now() + kPiece;
  auto statement = connection.prepare(query_.task_id ? kOfTask : kAll);
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, next_seq_);
  if (query_.task_id) statement->bind(2, *query_.task_id);
  std::vector<PruneCandidate> found;
  for (bool has_rows = false;; has_rows = true) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row && !has_rows) return std::nullopt;
    if (!*row) return found;
    const auto id = statement->text(0);
    const auto seq = statement->integer(1);
    const auto task_id = statement->text(2);
    const auto producer = statement->text(3);
    if (seq) next_seq_ = *seq;
    // What is no record of anybody's stays.
    if (id && seq && task_id && producer) {
      PruneCandidate record{std::string(*id), *seq, std::string(*task_id), std::string(*producer)};
      Result<bool> matches = !query_.older_than || is_before(*statement, *query_.older_than);
      if (*matches && query_.keep_per_producer) matches = is_beyond_kept(connection, record);
      if (!matches) return std::unexpected(std::move(matches.error()));
      if (*matches) found.push_back(std::move(record));
    }
    if (found.size() == kMaxCandidates || std::chrono::steady_clock::now() >= end) return found;
  }
}

// Newer records that come meanwhile let more match: in the next prune.
Result<bool> PruneCandidates::is_beyond_kept(Connection& connection, const PruneCandidate& record) {
  auto known = first_kept_.find(record.producer_agent);
  if (known == first_kept_.end()) {
    auto statement = connection.prepare(
        "SELECT seq FROM outputs WHERE producer_agent = ?1 AND seq <= 9223372036854775807 "
        "ORDER BY seq DESC LIMIT 1 OFFSET ?2");
    if (!statement) return std::unexpected(std::move(statement.error()));
    statement->bind(1, record.producer_agent)
        .bind(2, static_cast<std::int64_t>(*query_.keep_per_producer - 1));
    const auto row = statement->step();
    if (!row) return row;
    if (first_kept_.size() == kMaxProducers) first_kept_.clear();
    known = first_kept_.emplace(record.producer_agent, *row ? statement->integer(0) : std::nullopt)
                .first;
  }
  return known->second && record.seq < *known->second;
}

}  // namespace skep::sqlite
