#include "sqlite/row.hpp"

#include "json/stored.hpp"
#include "json/timestamp.hpp"

#include <limits>
#include <string>

namespace skep::sqlite {
namespace {

enum Column : int { kId, kTaskId, kAttempt, kAgent, kEvent, kParents, kSeq, kCreatedAt };

std::unexpected<Error> corrupt(const Statement& statement, const std::string& what) {
  const auto id = statement.text(kId);
  return fail(ErrorKind::kCorrupt, "record " + (id ? std::string(*id) : "without an id") +
                                       " (seq " + std::to_string(seq_of(statement)) +
                                       ") is damaged: " + what);
}

}  // namespace

Result<void> read_without_body(const Statement& statement, OutputRecord& record) {
  const auto take_text = [&statement](Column column, std::string& target) {
    const auto text = statement.text(column);
    if (text) target = *text;
    return text.has_value() && json::check_text("column", *text).has_value();
  };
  std::string id;
  if (!take_text(kId, id)) return corrupt(statement, "id is not a text");
  record.id = OutputRef(std::move(id));
  if (!take_text(kTaskId, record.task_id)) return corrupt(statement, "task_id is not a text");
  if (!take_text(kAgent, record.producer_agent)) {
    return corrupt(statement, "producer_agent is not a text");
  }

  const auto attempt = statement.integer(kAttempt);
  if (!attempt || *attempt < 0 || *attempt > std::numeric_limits<std::uint32_t>::max()) {
    return corrupt(statement, "attempt is not an integer from 0 to 4294967295");
  }
  record.attempt = static_cast<std::uint32_t>(*attempt);

  const auto seq = statement.integer(kSeq);
  if (!seq) return corrupt(statement, "seq is not an integer");
  record.seq = *seq;
  if (const auto milliseconds = statement.integer(kCreatedAt)) {
    const Timestamp created_at{std::chrono::milliseconds(*milliseconds)};
    // Any other is another program's idea of the column.
    if (json::is_writable(created_at)) record.created_at = created_at;
  }
  return {};
}

Result<std::size_t> read_row(const Statement& statement, OutputRecord& record) {
  if (auto read = read_without_body(statement, record); !read) {
    return std::unexpected(std::move(read.error()));
  }

  const auto event_text = statement.text(kEvent);
  if (!event_text) return corrupt(statement, "event_json is not a text");
  auto event = json::event_from_stored(*event_text);
  if (!event) return corrupt(statement, "event_json: " + event.error().message);
  record.event = std::move(*event);

  const auto parents_text = statement.text(kParents);
  if (!parents_text) return corrupt(statement, "parent_refs_json is not a text");
  auto parents = json::parent_refs_from_stored(*parents_text);
  if (!parents) return corrupt(statement, "parent_refs_json: " + parents.error().message);
  record.parent_refs = std::move(*parents);
  return event_text->size() + parents_text->size();
}

DamagedRecord damaged_row(const Statement& statement, const Error& error) {
  return {std::string(statement.text(kId).value_or("")), seq_of(statement), error.message};
}

std::size_t row_bytes(const Statement& statement) {
  return statement.text(kEvent).value_or("").size() + statement.text(kParents).value_or("").size();
}

std::int64_t seq_of(const Statement& statement) { return statement.integer(kSeq).value_or(0); }

}  // namespace skep::sqlite
