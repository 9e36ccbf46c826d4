#include "sqlite/read.hpp"

#include "sqlite/row.hpp"
#include "store/not_found.hpp"

namespace skep::sqlite {
namespace {

// Reads the record in the first row of `statement`, if there is one.
Result<std::optional<OutputRecord>> first_record(Statement& statement) {
  const auto row = statement.step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  auto record = read_row(statement);
  if (!record) return std::unexpected(std::move(record.error()));
  return std::optional(std::move(*record));
}

Result<OutputRecord> required(Result<std::optional<OutputRecord>> found, const Error& otherwise) {
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return std::unexpected(otherwise);
  return std::move(**found);
}

#define SKEP_SELECT "SELECT " SKEP_ROW_COLUMNS " FROM outputs "

// The statement of each combination of filters, every one of them served by an index in `seq`
// order. A task without an attempt spans several stretches of its index: those are sorted as pairs
// of numbers first, so that no body is carried through the sort.
const char* list_sql(const ListQuery& query) {
  const bool by_agent = query.producer_agent.has_value();
  if (query.task_id && query.attempt) {
    return by_agent ? SKEP_SELECT
               "WHERE task_id = ?2 AND attempt = ?3 AND producer_agent = ?4 AND seq > ?1 "
               "ORDER BY seq"
                    : SKEP_SELECT "WHERE task_id = ?2 AND attempt = ?3 AND seq > ?1 ORDER BY seq";
  }
  if (query.task_id) {
    return by_agent ? SKEP_SELECT
               "JOIN (SELECT rowid AS r, seq AS s FROM outputs "
               "WHERE task_id = ?2 AND producer_agent = ?4 AND seq > ?1 ORDER BY seq) AS p "
               "ON outputs.rowid = p.r ORDER BY p.s"
                    : SKEP_SELECT
               "JOIN (SELECT rowid AS r, seq AS s FROM outputs "
               "WHERE task_id = ?2 AND seq > ?1 ORDER BY seq) AS p "
               "ON outputs.rowid = p.r ORDER BY p.s";
  }
  return by_agent ? SKEP_SELECT "WHERE producer_agent = ?4 AND seq > ?1 ORDER BY seq"
                  : SKEP_SELECT "WHERE seq > ?1 ORDER BY seq";
}

}  // namespace

Result<std::optional<OutputRecord>> find(Connection& connection, std::string_view id) {
  auto statement = connection.prepare(SKEP_SELECT "WHERE id = ?1");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, id);
  return first_record(*statement);
}

Result<OutputRecord> get(Connection& connection, const OutputRef& ref) {
  return required(find(connection, ref.str()), not_found(ref.str()));
}

Result<OutputRecord> latest(Connection& connection, std::string_view name) {
  auto statement =
      connection.prepare(SKEP_SELECT "WHERE producer_agent = ?1 ORDER BY seq DESC LIMIT 1");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, name);
  return required(first_record(*statement), not_found(name));
}

Result<OutputRecord> latest_in_run(Connection& connection, std::string_view task_id,
                                   std::uint32_t attempt, std::string_view name) {
  auto statement = connection.prepare(
      SKEP_SELECT
      "WHERE producer_agent = ?1 AND task_id = ?2 AND attempt = ?3 ORDER BY seq DESC LIMIT 1");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, name).bind(2, task_id).bind(3, std::int64_t{attempt});
  return required(first_record(*statement), not_found(task_id, attempt, name));
}

Result<Page> list(Connection& connection, const ListQuery& query) {
  auto statement = connection.prepare(list_sql(query));
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, query.after_seq);
  if (query.task_id) statement->bind(2, *query.task_id);
  if (query.attempt) statement->bind(3, std::int64_t{*query.attempt});
  if (query.producer_agent) statement->bind(4, *query.producer_agent);

  Page page;
  std::size_t row_count = 0;
  std::size_t bytes = 0;
  std::int64_t last_seq = 0;
  for (;;) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return page;
    const std::int64_t seq = seq_of(*statement);
    const bool full = row_count >= query.limit || bytes >= kMaxPageBytes;
    // Rows that share a `seq` (a foreign writer's mistake) stay together, or the next page would
    // skip some.
    if (full && seq != last_seq) {
      page.next_after_seq = last_seq;
      return page;
    }
    last_seq = seq;
    ++row_count;
    bytes += body_bytes(*statement);
    auto record = read_row(*statement);
    if (record) {
      page.listing.records.push_back(std::move(*record));
    } else if (record.error().kind == ErrorKind::kCorrupt) {
      page.listing.damaged.push_back(damaged_row(*statement, record.error()));
    } else {
      return std::unexpected(std::move(record.error()));
    }
  }
}

}  // namespace skep::sqlite
