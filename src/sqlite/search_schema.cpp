#include "sqlite/search_schema.hpp"

#include "sqlite/number.hpp"

#include <cstdint>
#include <utility>

namespace skep::sqlite {
namespace {

// Of the text that is indexed. An index of another version is none.
constexpr std::int64_t kVersion = 1;

constexpr const char* kCreateIndex = R"sql(
CREATE VIRTUAL TABLE skep_search_index
  USING fts5(text, tokenize = 'unicode61 remove_diacritics 2');
CREATE TABLE skep_search_rows (
  number         INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  task_id        TEXT NOT NULL,
  attempt        INTEGER NOT NULL,
  producer_agent TEXT NOT NULL,
  type           TEXT NOT NULL,
  seq            INTEGER NOT NULL,
  created_at     INTEGER
);
CREATE TABLE skep_search_log (change INTEGER PRIMARY KEY AUTOINCREMENT, id);
CREATE TABLE skep_search_state (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  version     INTEGER NOT NULL,
  indexed_seq INTEGER NOT NULL
);
INSERT INTO skep_search_state VALUES (1, 1, -9223372036854775808);

CREATE TRIGGER skep_search_removed AFTER DELETE ON outputs
BEGIN
  INSERT INTO skep_search_log (id) VALUES (old.id);
  -- Once the newest records are gone, the next one may get a number that they had.
  UPDATE skep_search_state SET indexed_seq = MIN(indexed_seq, COALESCE(
    (SELECT MAX(seq) FROM outputs WHERE seq <= 9223372036854775807), -9223372036854775808));
END;
CREATE TRIGGER skep_search_changed AFTER UPDATE
ON outputs
BEGIN
  INSERT INTO skep_search_log (id) VALUES (old.id);
  INSERT INTO skep_search_log (id) VALUES (new.id);
END;
)sql";
static_assert(kVersion == 1, "kCreateIndex has the number too");

constexpr const char* kDrop = R"sql(
DROP TRIGGER IF EXISTS skep_search_removed;
DROP TRIGGER IF EXISTS skep_search_changed;
DROP TABLE IF EXISTS skep_search_index;
DROP TABLE IF EXISTS skep_search_rows;
DROP TABLE IF EXISTS skep_search_log;
DROP TABLE IF EXISTS skep_search_state;
)sql";

}  // namespace

Result<bool> has_search_index(Connection& connection) {
  const auto objects =
      number(connection,
             "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('skep_search_index', "
             "'skep_search_rows', 'skep_search_log', 'skep_search_state', 'skep_search_removed', "
             "'skep_search_changed')");
  if (!objects) return std::unexpected(objects.error());
  constexpr std::int64_t kAll = 6;
  if (*objects != kAll) return false;
  const auto version = number(connection, "SELECT version FROM skep_search_state");
  if (!version) return std::unexpected(version.error());
  return *version == kVersion;
}

Result<void> make_search_index(Connection& connection) {
  const auto is_there = has_search_index(connection);
  if (!is_there) return std::unexpected(is_there.error());
  if (*is_there) return {};
  if (sqlite3_compileoption_used("ENABLE_FTS5") == 0) {
    return fail(ErrorKind::kNotEnabled, "this SQLite was built without FTS5, which search needs");
  }
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  const auto is_there_now = has_search_index(connection);  // another process may have been first
  if (!is_there_now) return std::unexpected(is_there_now.error());
  if (*is_there_now) return {};
  if (auto dropped = connection.execute(kDrop); !dropped) return dropped;
  if (auto created = connection.execute(kCreateIndex); !created) return created;
  return transaction->commit();
}

Result<void> drop_search_index(Connection& connection) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  if (auto dropped = connection.execute(kDrop); !dropped) return dropped;
  return transaction->commit();
}

}  // namespace skep::sqlite
