#include "sqlite/search_index.hpp"

#include "json/event_json.hpp"
#include "json/stored.hpp"
#include "search/text.hpp"
#include "search/tokens.hpp"
#include "sqlite/number.hpp"
#include "sqlite/row.hpp"
#include "sqlite/search_schema.hpp"

#include <chrono>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace skep::sqlite {
namespace {

// What one transaction may take: time in which no append is committed.
constexpr std::chrono::milliseconds kPortionTime(20);
constexpr std::size_t kPortionRows = 1'000;
#define SKEP_PORTION_CHANGES "200"

// A row as it is indexed; nothing of one that is damaged.
struct IndexedRow {
  OutputRecord record;  // without the event's value and parents
  std::string text;
};

std::optional<IndexedRow> read_indexed(const Statement& statement) {
  const auto event_json = statement.text(4);
  if (!event_json || json::invalid_utf8_at(*event_json)) return std::nullopt;
  json::Cursor cursor(*event_json);
  std::string_view value;
  auto event = json::read_event(cursor, json::Trust::kStored, &value);
  if (!event || !cursor.expect_end()) return std::nullopt;
  const auto parents_json = statement.text(5);
  if (!parents_json || !json::parent_refs_from_stored(*parents_json)) return std::nullopt;
  IndexedRow row;
  if (!read_without_body(statement, row.record)) return std::nullopt;
  row.text = search::with_breaks(search::searchable_text(*event, value));
  row.record.event = std::move(*event);
  return row;
}

Result<void> forget(Connection& connection, std::string_view id) {
  auto text = connection.prepare(
      "DELETE FROM skep_search_index WHERE rowid = "
      "(SELECT number FROM skep_search_rows WHERE id = ?1)");
  if (!text) return std::unexpected(std::move(text.error()));
  if (auto forgotten = text->bind(1, id).run(); !forgotten) return forgotten;
  auto row = connection.prepare("DELETE FROM skep_search_rows WHERE id = ?1");
  if (!row) return std::unexpected(std::move(row.error()));
  return row->bind(1, id).run();
}

Result<void> add(Connection& connection, const IndexedRow& indexed) {
  const OutputRecord& record = indexed.record;
  // A row that another program replaced was not logged as deleted.
  if (auto forgotten = forget(connection, record.id.str()); !forgotten) return forgotten;
  auto row = connection.prepare(
      "INSERT INTO skep_search_rows (id, task_id, attempt, producer_agent, type, seq, created_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  if (!row) return std::unexpected(std::move(row.error()));
  row->bind(1, record.id.str())
      .bind(2, record.task_id)
      .bind(3, std::int64_t{record.attempt})
      .bind(4, record.producer_agent)
      .bind(5, type_of(record.event))
      .bind(6, record.seq);
  if (record.created_at) {
    row->bind(7, std::int64_t{record.created_at->time_since_epoch().count()});
  } else {
    row->bind_null(7);
  }
  if (auto inserted = row->run(); !inserted) return inserted;
  auto text = connection.prepare(
      "INSERT INTO skep_search_index (rowid, text) VALUES (last_insert_rowid(), ?1)");
  if (!text) return std::unexpected(std::move(text.error()));
  return text->bind(1, indexed.text).run();
}

// One portion of work.
class Indexing {
 public:
  Indexing(Connection& connection, std::int64_t indexed_seq)
      : connection_(connection), indexed_seq_(indexed_seq) {}

  [[nodiscard]] std::int64_t indexed_seq() const noexcept { return indexed_seq_; }

  // Looks again at rows that were deleted or changed.
  Result<void> follow_changes() {
    std::vector<std::pair<std::int64_t, std::string>> changes;
    {
      auto statement = connection_.prepare(
          "SELECT change, id FROM skep_search_log ORDER BY change LIMIT " SKEP_PORTION_CHANGES);
      if (!statement) return std::unexpected(std::move(statement.error()));
      for (;;) {
        const auto row = statement->step();
        if (!row) return std::unexpected(row.error());
        if (!*row) break;
        changes.emplace_back(statement->integer(0).value_or(0),
                             std::string(statement->text(1).value_or("")));
      }
    }
    for (const auto& [change, id] : changes) {
      if (auto looked = look_again(id); !looked) return looked;
      auto done = connection_.prepare("DELETE FROM skep_search_log WHERE change = ?1");
      if (!done) return std::unexpected(std::move(done.error()));
      if (auto deleted = done->bind(1, change).run(); !deleted) return deleted;
      if (is_over()) break;
    }
    return {};
  }

  // Returns whether those are all.
  Result<bool> follow_appends() {
    auto statement = connection_.prepare(
        "SELECT " SKEP_ROW_COLUMNS
        " FROM outputs WHERE seq > ?1 AND typeof(seq) = 'integer' ORDER BY seq");
    if (!statement) return std::unexpected(std::move(statement.error()));
    statement->bind(1, indexed_seq_);
    for (std::size_t count = 0;; ++count) {
      const auto row = statement->step();
      if (!row) return std::unexpected(row.error());
      if (!*row) return true;
      const std::int64_t seq = seq_of(*statement);
      // Rows that share a `seq`, another program's mistake, stay together.
      const bool is_enough = count >= kPortionRows || (count > 0 && is_over());
      if (is_enough && seq != indexed_seq_) return false;
      if (const auto indexed = read_indexed(*statement)) {
        if (auto added = add(connection_, *indexed); !added) {
          return std::unexpected(std::move(added.error()));
        }
      }
      indexed_seq_ = seq;
    }
  }

 private:
  [[nodiscard]] bool is_over() const { return std::chrono::steady_clock::now() >= end_; }

  Result<void> look_again(const std::string& id) {
    if (auto forgotten = forget(connection_, id); !forgotten) return forgotten;
    auto statement = connection_.prepare("SELECT " SKEP_ROW_COLUMNS
                                         " FROM outputs WHERE id = ?1 AND seq <= ?2 AND "
                                         "typeof(seq) = 'integer'");
    if (!statement) return std::unexpected(std::move(statement.error()));
    statement->bind(1, id).bind(2, indexed_seq_);
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    const auto indexed = *row ? read_indexed(*statement) : std::nullopt;
    return indexed ? add(connection_, *indexed) : Result<void>();
  }

  Connection& connection_;
  std::int64_t indexed_seq_;
  const std::chrono::steady_clock::time_point end_ =
      std::chrono::steady_clock::now() + kPortionTime;
};

std::unexpected<Error> not_enabled() {
  return fail(ErrorKind::kNotEnabled,
              "the store keeps no index to search in: 'skep index' makes one, or "
              "SqliteStoreOptions::search");
}

}  // namespace

Result<std::optional<SearchBacklog>> search_backlog(Connection& connection) {
  const auto is_there = has_search_index(connection);
  if (!is_there) return std::unexpected(is_there.error());
  if (!*is_there) return not_enabled();
  const auto change = number(connection, "SELECT MAX(change) FROM skep_search_log");
  if (!change) return std::unexpected(change.error());
  const auto seq = number(connection,
                          "SELECT MAX(seq) FROM outputs WHERE seq <= 9223372036854775807 AND "
                          "seq > (SELECT indexed_seq FROM skep_search_state)");
  if (!seq) return std::unexpected(seq.error());
  if (!*change && !*seq) return std::nullopt;
  constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();
  return SearchBacklog{seq->value_or(kNone), change->value_or(kNone)};
}

Result<bool> index_some(Connection& connection, const SearchBacklog& wanted) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  const auto left = search_backlog(connection);
  if (!left) return std::unexpected(left.error());
  if (!*left) return true;  // another search had it done
  const auto from = number(connection, "SELECT indexed_seq FROM skep_search_state");
  if (!from) return std::unexpected(from.error());
  if (!*from) return fail(ErrorKind::kCorrupt, "the table skep_search_state has no row");
  Indexing indexing(connection, **from);
  if (auto followed = indexing.follow_changes(); !followed) {
    return std::unexpected(std::move(followed.error()));
  }
  const auto has_all = indexing.follow_appends();
  if (!has_all) return has_all;
  {
    auto state = connection.prepare("UPDATE skep_search_state SET indexed_seq = ?1");
    if (!state) return std::unexpected(std::move(state.error()));
    if (auto set = state->bind(1, indexing.indexed_seq()).run(); !set) {
      return std::unexpected(std::move(set.error()));
    }
  }
  const auto next_change = number(connection, "SELECT MIN(change) FROM skep_search_log");
  if (!next_change) return std::unexpected(next_change.error());
  if (auto committed = transaction->commit(); !committed) {
    return std::unexpected(std::move(committed.error()));
  }
  return (*has_all || indexing.indexed_seq() >= wanted.seq) &&
         (!*next_change || **next_change > wanted.change);
}

}  // namespace skep::sqlite
