#include "sqlite/read.hpp"

#include "sqlite/row.hpp"
#include "store/not_found.hpp"

#include <algorithm>

namespace skep::sqlite {
namespace {

// Reads the record in the first row of `statement`, if there is one.
Result<std::optional<OutputRecord>> first_record(Statement& statement) {
  const auto row = statement.step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  Result<std::optional<OutputRecord>> record(std::in_place, std::in_place);
  if (auto read = read_row(statement, **record); !read) {
    return std::unexpected(std::move(read.error()));
  }
  return record;
}

template <class Otherwise>
Result<OutputRecord> required(Result<std::optional<OutputRecord>> found, Otherwise otherwise) {
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return std::unexpected(otherwise());
  return std::move(**found);
}

constexpr std::size_t kReservedRows = 100;  // as many as most pages have

#define SKEP_SELECT "SELECT " SKEP_ROW_COLUMNS " FROM outputs "

// A task without an attempt spans as many stretches of its index as it has attempts. Of each, at
// most a page is looked at (up to the first `seq` beyond ?5 rows), as pairs of numbers: no body is
// carried through the sort that merges them. LIMIT and CROSS JOIN keep the planner from turning the
// loops inside out, so the rows come in the order of the pairs. A blob is greater than any `seq`, a
// damaged one included.
#define SKEP_SELECT_MERGED(agent)                                                \
  "WITH RECURSIVE attempts(a) AS ("                                              \
  "SELECT MIN(attempt) FROM outputs WHERE task_id = ?2" agent                    \
  " UNION ALL SELECT (SELECT MIN(attempt) FROM outputs WHERE task_id = ?2" agent \
  " AND attempt > a) FROM attempts WHERE a IS NOT NULL) "                        \
  "SELECT " SKEP_ROW_COLUMNS                                                     \
  " FROM ("                                                                      \
  "SELECT o.rowid AS r FROM attempts CROSS JOIN outputs AS o "                   \
  "WHERE o.task_id = ?2" agent                                                   \
  " AND o.attempt = a AND o.seq > ?1 AND o.seq <= COALESCE("                     \
  "(SELECT MIN(seq) FROM outputs WHERE task_id = ?2" agent                       \
  " AND attempt = a AND seq > (SELECT seq FROM outputs WHERE task_id = ?2" agent \
  " AND attempt = a AND seq > ?1 ORDER BY seq LIMIT 1 OFFSET ?5 - 1)), x'ff') "  \
  "ORDER BY o.seq LIMIT -1) AS p CROSS JOIN outputs ON outputs.rowid = p.r"

// The statement of each combination of filters, every one of them served by an index in `seq`
// order.
const char* list_sql(const ListQuery& query) {
  const bool by_agent = query.producer_agent.has_value();
  if (query.task_id && query.attempt) {
    return by_agent ? SKEP_SELECT
               "WHERE task_id = ?2 AND attempt = ?3 AND producer_agent = ?4 AND seq > ?1 "
               "ORDER BY seq"
                    : SKEP_SELECT "WHERE task_id = ?2 AND attempt = ?3 AND seq > ?1 ORDER BY seq";
  }
  if (query.task_id) {
    return by_agent ? SKEP_SELECT_MERGED(" AND producer_agent = ?4") : SKEP_SELECT_MERGED("");
  }
  return by_agent ? SKEP_SELECT "WHERE producer_agent = ?4 AND seq > ?1 ORDER BY seq"
                  : SKEP_SELECT "WHERE seq > ?1 ORDER BY seq";
}

Result<OutputRecord> answer(Connection& connection, const ById& query) {
  return required(find(connection, query.ref.str()), [&] { return not_found(query.ref.str()); });
}

Result<OutputRecord> answer(Connection& connection, const LatestByName& query) {
  auto statement =
      connection.prepare(SKEP_SELECT "WHERE producer_agent = ?1 ORDER BY seq DESC LIMIT 1");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, query.name);
  return required(first_record(*statement), [&] { return not_found(query.name); });
}

Result<OutputRecord> answer(Connection& connection, const LatestInRun& query) {
  auto statement = connection.prepare(
      SKEP_SELECT
      "WHERE producer_agent = ?1 AND task_id = ?2 AND attempt = ?3 ORDER BY seq DESC LIMIT 1");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, query.name).bind(2, query.task_id).bind(3, std::int64_t{query.attempt});
  return required(first_record(*statement),
                  [&] { return not_found(query.task_id, query.attempt, query.name); });
}

}  // namespace

Result<std::optional<OutputRecord>> find(Connection& connection, std::string_view id) {
  auto statement = connection.prepare(SKEP_SELECT "WHERE id = ?1");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, id);
  return first_record(*statement);
}

Result<std::int64_t> read_last_seq(Connection& connection) {
  auto statement = connection.prepare("SELECT MAX(seq) FROM outputs");
  if (!statement) return std::unexpected(std::move(statement.error()));
  if (const auto row = statement->step(); !row) return std::unexpected(row.error());
  if (statement->is_null(0)) return 0;
  if (const auto last_seq = statement->integer(0)) return *last_seq;
  return fail(ErrorKind::kCorrupt, "the greatest seq in the file is not an integer");
}

Result<OutputRecord> read(Connection& connection, const PointQuery& query) {
  return std::visit([&connection](const auto& key) { return answer(connection, key); }, query);
}

Result<PagePart> read(Connection& connection, const PageQuery& page_query) {
  const ListQuery& query = page_query.query;
  auto statement = connection.prepare(list_sql(query));
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, query.after_seq);
  if (query.task_id) statement->bind(2, *query.task_id);
  if (query.attempt) statement->bind(3, std::int64_t{*query.attempt});
  if (query.producer_agent) statement->bind(4, *query.producer_agent);
  if (query.task_id && !query.attempt) statement->bind(5, static_cast<std::int64_t>(query.limit));

  PagePart part;
  Listing& listing = part.page.listing;
  listing.records.reserve(std::min(query.limit, kReservedRows));
  std::int64_t last_seq = 0;
  for (;;) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return part;
    const bool full = part.row_count >= query.limit || part.byte_count >= page_query.max_bytes;
    // Rows that share a `seq` (a foreign writer's mistake) stay together, or the next page would
    // skip some.
    if (full && seq_of(*statement) != last_seq) {
      part.page.next_after_seq = last_seq;
      return part;
    }
    ++part.row_count;
    OutputRecord& record = listing.records.emplace_back();
    if (const auto byte_count = read_row(*statement, record)) {
      part.byte_count += *byte_count;
      last_seq = record.seq;
    } else {
      listing.records.pop_back();
      listing.damaged.push_back(damaged_row(*statement, byte_count.error()));
      part.byte_count += row_bytes(*statement);
      last_seq = seq_of(*statement);
    }
  }
}

Result<Page> read_page(Connection& connection, const ListQuery& query) {
  auto part = read(connection, PageQuery(query, kMaxPageBytes));
  if (!part) return std::unexpected(std::move(part.error()));
  return std::move(part->page);
}

}  // namespace skep::sqlite
