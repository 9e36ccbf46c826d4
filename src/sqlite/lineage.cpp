#include "sqlite/lineage.hpp"

#include "json/stored.hpp"
#include "json/timestamp.hpp"
#include "sqlite/engine_error.hpp"
#include "store/validate.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace skep::sqlite {
namespace {

#define SKEP_CHILDREN_PORTION "1000"

// The type of an event whose text begins with `start`, as nearly all do that are written as
// docs/format.md says.
std::optional<std::string> type_at_start(std::string_view start) {
  constexpr std::string_view kOpening = R"({"type":")";
  if (!start.starts_with(kOpening)) return std::nullopt;
  start.remove_prefix(kOpening.size());
  const auto type = start.substr(0, start.find('"'));
  return is_event_type(type) ? std::optional<std::string>(type) : std::nullopt;
}

bool is_text(std::string_view text) { return !json::invalid_utf8_at(text); }

// All but the event; whether nothing in it is damaged.
bool read_columns(const Statement& statement, LineageRow& row) {
  LineageNode& node = row.node;
  const auto take_text = [&statement](int column, std::string& target) {
    const auto text = statement.text(column);
    if (!text || !is_text(*text)) return false;
    target = *text;
    return true;
  };
  bool is_good = take_text(1, node.task_id);
  is_good &= take_text(3, node.producer_agent);
  const auto attempt = statement.integer(2);
  if (attempt && *attempt >= 0 && *attempt <= std::numeric_limits<std::uint32_t>::max()) {
    node.attempt = static_cast<std::uint32_t>(*attempt);
  } else {
    is_good = false;
  }
  const auto seq = statement.integer(5);
  node.seq = seq.value_or(0);
  is_good &= seq.has_value();
  if (const auto milliseconds = statement.integer(6)) {
    const Timestamp created_at{std::chrono::milliseconds(*milliseconds)};
    if (json::is_writable(created_at)) node.created_at = created_at;
  }
  auto parents = json::parent_refs_from_stored(statement.text(4).value_or(""));
  if (parents) row.parents = std::move(*parents);
  return is_good && parents.has_value();
}

}  // namespace

Result<LineageRow> RowLineageSource::look(const OutputRef& ref) {
  auto statement = connection_.prepare(
      "SELECT rowid, task_id, attempt, producer_agent, parent_refs_json, seq, created_at "
      "FROM outputs WHERE id = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, ref.str());
  const auto found = statement->step();
  if (!found) return std::unexpected(found.error());
  LineageRow row;
  if (!*found) {
    row.node.state = LineageState::kMissing;
    return row;
  }
  const bool is_good = read_columns(*statement, row);
  auto type = event_type(statement->integer(0).value_or(0));
  if (!type) return std::unexpected(std::move(type.error()));
  if (*type) row.node.type = std::move(**type);
  if (!is_good || !*type) row.node.state = LineageState::kDamaged;
  return row;
}

// The type of the event in that row; nothing if it can't be read. A body of any length stays where
// it is: only the first bytes are looked at.
Result<std::optional<std::string>> RowLineageSource::event_type(std::int64_t rowid) {
  int code = SQLITE_OK;
  if (event_) {
    code = sqlite3_blob_reopen(event_.get(), rowid);
  } else {
    sqlite3_blob* opened = nullptr;
    code =
        sqlite3_blob_open(connection_.handle(), "main", "outputs", "event_json", rowid, 0, &opened);
    event_.reset(opened);
  }
  if (code != SQLITE_OK) {
    event_.reset();
    // So it answers for a column that holds no text.
    if (code == SQLITE_ERROR) return std::nullopt;
    return std::unexpected(engine_error(connection_.handle(), code, "reading an event"));
  }
  constexpr int kStartBytes = 32;
  const int byte_count = sqlite3_blob_bytes(event_.get());
  const auto start = read_event(std::min(byte_count, kStartBytes));
  if (!start) return std::unexpected(start.error());
  if (auto type = type_at_start(*start)) return type;
  const auto text = read_event(byte_count);
  if (!text) return std::unexpected(text.error());
  const auto event = json::event_from_stored(*text);
  return event ? std::optional<std::string>(type_of(*event)) : std::nullopt;
}

Result<std::string> RowLineageSource::read_event(int byte_count) {
  std::string text(static_cast<std::size_t>(byte_count), '\0');
  const int code = sqlite3_blob_read(event_.get(), text.data(), byte_count, 0);
  if (code == SQLITE_OK) return text;
  return std::unexpected(engine_error(connection_.handle(), code, "reading an event"));
}

Result<std::vector<LineageChild>> RowLineageSource::children(const OutputRef& parent,
                                                             const LineageChild* after) {
  auto statement = connection_.prepare(
      after != nullptr ? "SELECT seq, child_id FROM skep_edges WHERE parent_id = ?1 "
                         "AND (seq, child_id) > (?2, ?3) ORDER BY seq, child_id "
                         "LIMIT " SKEP_CHILDREN_PORTION
                       : "SELECT seq, child_id FROM skep_edges WHERE parent_id = ?1 "
                         "ORDER BY seq, child_id LIMIT " SKEP_CHILDREN_PORTION);
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, parent.str());
  if (after != nullptr) statement->bind(2, after->seq).bind(3, after->id);
  std::vector<LineageChild> portion;
  for (;;) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return portion;
    const auto id = statement->text(1);
    if (id) portion.push_back({statement->integer(0).value_or(0), std::string(*id)});
  }
}

}  // namespace skep::sqlite
