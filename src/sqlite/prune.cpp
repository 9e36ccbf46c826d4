#include "sqlite/prune.hpp"

#include "sqlite/edges.hpp"
#include "sqlite/number.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace skep::sqlite {
namespace {

// What a transaction takes: appends wait for it.
constexpr std::size_t kMaxRemoved = 200;
constexpr std::chrono::milliseconds kMaxTime{5};

// 1 MiB, most often.
#define SKEP_FREED_PAGES "256"

constexpr const char* kLastSeq = "SELECT MAX(seq) FROM outputs WHERE seq <= 9223372036854775807";
constexpr const char* kLastSeqOfProducer =
    "SELECT MAX(seq) FROM outputs WHERE producer_agent = ?1 AND seq <= 9223372036854775807";

}  // namespace

struct Prune::Judged {
  PruneVerdict verdict = PruneVerdict::kGone;
  std::uint64_t bytes = 0;
};

Result<void> TextSet::open() {
  if (database_) return {};
  auto opened = Connection::open("", Connection::Mode::kTemporary, std::chrono::milliseconds(0));
  if (!opened) return std::unexpected(std::move(opened.error()));
  auto made = (*opened)->execute(
      "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
      "CREATE TABLE texts (text TEXT PRIMARY KEY) WITHOUT ROWID");
  if (!made) return made;
  database_ = std::move(*opened);
  return {};
}

Result<void> TextSet::add(const std::string& text) {
  if (auto opened = open(); !opened) return opened;
  auto statement = database_->prepare("INSERT OR IGNORE INTO texts VALUES (?1)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, text);
  return statement->run();
}

Result<bool> TextSet::contains(const std::string& text) {
  if (!database_) return false;
  auto statement = database_->prepare("SELECT 1 FROM texts WHERE text = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, text);
  return statement->step();
}

Result<bool> Prune::find_some(Connection& connection) {
  auto found = candidates_.next(connection);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return false;
  found_ = std::move(**found);
  next_ = 0;
  return true;
}

// A child that is there. One with no greater `seq` has not been looked at yet, so it counts as one
// that stays: a later prune finds it gone.
Result<bool> Prune::is_needed(Connection& connection, const PruneCandidate& record) {
  auto children = connection.prepare(
      "SELECT e.child_id, o.seq FROM skep_edges e JOIN outputs o ON o.id = e.child_id "
      "WHERE e.parent_id = ?1 AND e.child_id <> ?1");
  if (!children) return std::unexpected(std::move(children.error()));
  children->bind(1, record.id);
  for (;;) {
    const auto row = children->step();
    if (!row || !*row) return row;
    if (!query_.dry_run) return true;
    const auto gone = gone_.contains(std::string(children->text(0).value_or("")));
    if (!gone) return gone;
    if (!*gone) return true;
  }
}

Result<Prune::Judged> Prune::judge(Connection& connection, const PruneCandidate& record) {
  Judged judged;
  {
    auto statement = connection.prepare(
        "SELECT LENGTH(CAST(event_json AS BLOB)) FROM outputs WHERE id = ?1 AND seq = ?2");
    if (!statement) return std::unexpected(std::move(statement.error()));
    statement->bind(1, record.id).bind(2, record.seq);
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return judged;
    judged.bytes = static_cast<std::uint64_t>(statement->integer(0).value_or(0));
  }
  const auto last = number(connection, kLastSeq);
  if (!last) return std::unexpected(last.error());
  judged.verdict = PruneVerdict::kNewest;
  if (record.seq >= last->value_or(0)) return judged;
  if (!query_.remove_newest) {
    const auto newest = number(connection, kLastSeqOfProducer, record.producer_agent);
    if (!newest) return std::unexpected(newest.error());
    if (record.seq >= newest->value_or(0)) return judged;
  }
  judged.verdict = PruneVerdict::kGoes;
  if (query_.remove_ancestors) return judged;
  const auto needed = is_needed(connection, record);
  if (!needed) return std::unexpected(needed.error());
  if (*needed) judged.verdict = PruneVerdict::kAncestor;
  return judged;
}

Result<void> Prune::remove_some(Connection& connection) {
  const auto end = std::chrono::steady_clock::now() + kMaxTime;
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  // Children that other programs stored must be known.
  const auto moved_all = move_edges(connection);
  if (!moved_all) return std::unexpected(moved_all.error());
  if (!*moved_all) return transaction->commit();
  PruneTally tally = tally_;
  std::size_t next = next_;
  for (std::size_t count = 0; next < found_.size() && count < kMaxRemoved; ++next, ++count) {
    if (count > 0 && std::chrono::steady_clock::now() >= end) break;
    const PruneCandidate& record = found_[next];
    const auto judged = judge(connection, record);
    if (!judged) return std::unexpected(judged.error());
    if (judged->verdict == PruneVerdict::kGoes) {
      if (auto removed = remove_record(connection, record); !removed) return removed;
    }
    tally.add(judged->verdict, record.task_id, record.producer_agent, judged->bytes);
  }
  if (auto committed = transaction->commit(); !committed) return committed;
  tally_ = std::move(tally);
  next_ = next;
  return {};
}

Result<void> Prune::count_some(Connection& connection) {
  const auto end = std::chrono::steady_clock::now() + kMaxTime;
  for (; has_found() && std::chrono::steady_clock::now() < end; ++next_) {
    const PruneCandidate& record = found_[next_];
    const auto judged = judge(connection, record);
    if (!judged) return std::unexpected(judged.error());
    if (judged->verdict == PruneVerdict::kGoes) {
      if (auto added = gone_.add(record.id); !added) return added;
    }
    tally_.add(judged->verdict, record.task_id, record.producer_agent, judged->bytes);
  }
  return {};
}

Result<void> remove_record(Connection& connection, const PruneCandidate& record) {
  auto statement = connection.prepare("DELETE FROM outputs WHERE id = ?1 AND seq = ?2");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, record.id).bind(2, record.seq);
  return statement->run();
}

Result<bool> gives_space_back(Connection& connection) {
  constexpr const char* kIncremental = "2";
  const auto mode = connection.pragma("auto_vacuum");
  if (!mode) return std::unexpected(mode.error());
  return *mode == kIncremental;
}

Result<std::uint64_t> give_some_space_back(Connection& connection) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  const auto before = number(connection, "SELECT page_count FROM pragma_page_count");
  if (!before) return std::unexpected(before.error());
  if (auto freed = connection.execute("PRAGMA incremental_vacuum(" SKEP_FREED_PAGES ")"); !freed) {
    return std::unexpected(std::move(freed.error()));
  }
  const auto after = number(connection, "SELECT page_count FROM pragma_page_count");
  if (!after) return std::unexpected(after.error());
  if (auto committed = transaction->commit(); !committed) {
    return std::unexpected(std::move(committed.error()));
  }
  return static_cast<std::uint64_t>(before->value_or(0) - after->value_or(0));
}

}  // namespace skep::sqlite
