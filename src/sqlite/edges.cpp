#include "sqlite/edges.hpp"

#include "json/stored.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace skep::sqlite {
namespace {

// The texts of those rows.
constexpr std::size_t kMovedBytes = std::size_t{4} << 20U;

constexpr const char* kInsert =
    "INSERT INTO skep_edges (parent_id, seq, child_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
constexpr const char* kDelete =
    "DELETE FROM skep_edges WHERE parent_id = ?1 AND seq = ?2 AND child_id = ?3";

struct Change {
  std::int64_t number = 0;
  bool is_removal = false;
  std::string child;
  std::int64_t seq = 0;
  std::vector<OutputRef> parents;
};

// The changes that are next. Whatever has no id, or no parents that can be read, has no edges.
Result<std::vector<Change>> next_changes(Connection& connection) {
  auto statement = connection.prepare(
      "SELECT rowid, is_removal, child_id, seq, parent_refs_json FROM skep_edge_log "
      "ORDER BY rowid LIMIT ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, static_cast<std::int64_t>(kMovedEdgeRows));
  std::vector<Change> changes;
  std::size_t byte_count = 0;
  while (byte_count < kMovedBytes) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    Change& change = changes.emplace_back();
    change.number = statement->integer(0).value_or(0);
    change.is_removal = statement->integer(1) == 1;
    change.seq = statement->integer(3).value_or(0);
    const auto child = statement->text(2);
    const auto text = statement->text(4);
    if (!child || !text || json::invalid_utf8_at(*child)) continue;
    change.child = *child;
    byte_count += text->size();
    if (auto parents = json::parent_refs_from_stored(*text)) change.parents = std::move(*parents);
  }
  return changes;
}

Result<void> apply(Connection& connection, const Change& change) {
  for (const OutputRef& parent : change.parents) {
    auto statement = connection.prepare(change.is_removal ? kDelete : kInsert);
    if (!statement) return std::unexpected(std::move(statement.error()));
    statement->bind(1, parent.str()).bind(2, change.seq).bind(3, change.child);
    if (auto applied = statement->run(); !applied) return applied;
  }
  return {};
}

}  // namespace

const char* const kCreateEdges = R"sql(
CREATE TABLE IF NOT EXISTS skep_edges (
  parent_id TEXT NOT NULL,
  seq       INTEGER NOT NULL,
  child_id  TEXT NOT NULL,
  PRIMARY KEY (parent_id, seq, child_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS skep_edge_log (is_removal, child_id, seq, parent_refs_json);
-- Whatever stands there already was written under other triggers, or none.
DELETE FROM skep_edges;
DELETE FROM skep_edge_log;

CREATE TRIGGER IF NOT EXISTS skep_edges_added AFTER INSERT ON outputs
WHEN new.parent_refs_json <> '[]'
BEGIN INSERT INTO skep_edge_log VALUES (0, new.id, new.seq, new.parent_refs_json); END;
CREATE TRIGGER IF NOT EXISTS skep_edges_removed AFTER DELETE ON outputs
WHEN old.parent_refs_json <> '[]'
BEGIN INSERT INTO skep_edge_log VALUES (1, old.id, old.seq, old.parent_refs_json); END;
CREATE TRIGGER IF NOT EXISTS skep_edges_changed AFTER UPDATE OF id, seq, parent_refs_json ON outputs
WHEN old.parent_refs_json <> '[]' OR new.parent_refs_json <> '[]'
BEGIN
  INSERT INTO skep_edge_log VALUES (1, old.id, old.seq, old.parent_refs_json);
  INSERT INTO skep_edge_log VALUES (0, new.id, new.seq, new.parent_refs_json);
END;

INSERT INTO skep_edge_log SELECT 0, id, seq, parent_refs_json FROM outputs
WHERE parent_refs_json <> '[]' ORDER BY rowid;
)sql";

Result<bool> move_edges(Connection& connection) {
  const auto changes = next_changes(connection);
  if (!changes) return std::unexpected(changes.error());
  if (changes->empty()) return true;
  for (const Change& change : *changes) {
    if (auto applied = apply(connection, change); !applied) {
      return std::unexpected(std::move(applied.error()));
    }
  }
  auto forget = connection.prepare("DELETE FROM skep_edge_log WHERE rowid <= ?1");
  if (!forget) return std::unexpected(std::move(forget.error()));
  forget->bind(1, changes->back().number);
  if (auto forgotten = forget->run(); !forgotten) {
    return std::unexpected(std::move(forgotten.error()));
  }
  return !has_new_edges(connection).value_or(true);
}

Result<bool> has_new_edges(Connection& connection) {
  auto statement = connection.prepare("SELECT 1 FROM skep_edge_log LIMIT 1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  return statement->step();
}

Result<bool> move_some_edges(Connection& connection) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  const auto moved_all = move_edges(connection);
  if (!moved_all) return moved_all;
  if (auto committed = transaction->commit(); !committed) {
    return std::unexpected(std::move(committed.error()));
  }
  return moved_all;
}

}  // namespace skep::sqlite
