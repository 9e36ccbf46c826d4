#include "json/validate.hpp"
#include "sqlite/edge_log.hpp"
#include "sqlite/file_check.hpp"
#include "sqlite/row.hpp"

#include <skep/output_record.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace skep::sqlite {
namespace {

constexpr const char* kRows =
    "SELECT " SKEP_ROW_COLUMNS ", rowid FROM outputs WHERE rowid > ?1 ORDER BY rowid LIMIT 1000";
// Of a file that only another program wrote.
constexpr const char* kRowsWithoutTime =
    "SELECT id, task_id, attempt, producer_agent, event_json, parent_refs_json, seq, NULL, rowid "
    "FROM outputs WHERE rowid > ?1 ORDER BY rowid LIMIT 1000";
constexpr int kRowid = 8;

// What the checks of rows share.
struct RowContext {
  Connection& connection;
  VerifyFindings& findings;
  bool has_seq_index;
  std::int64_t& max_seq;
  std::vector<Edge>* missing_edges;  // nullptr where the file keeps no edges
};

std::string place_of(const OutputRecord& record) {
  return "record " + record.id.str() + " (seq " + std::to_string(record.seq) + ")";
}

Result<bool> is_taken(Connection& connection, std::int64_t seq, const OutputRef& id) {
  auto statement = connection.prepare("SELECT 1 FROM outputs WHERE seq = ?1 AND id <> ?2 LIMIT 1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, seq).bind(2, id.str());
  return statement->step();
}

// Rows are numbered in the order in which they were inserted, and so must `seq` be.
Result<void> check_seq(const OutputRecord& record, RowContext& context) {
  if (record.seq < 1) {
    context.findings.add("seq_not_positive", place_of(record), "seq counts from 1");
  }
  if (record.seq > context.max_seq) {
    context.max_seq = record.seq;
    return {};
  }
  Result<bool> taken = record.seq == context.max_seq;
  if (!*taken && context.has_seq_index) {
    taken = is_taken(context.connection, record.seq, record.id);
    if (!taken) return std::unexpected(std::move(taken.error()));
  }
  if (*taken) {
    context.findings.add("seq_repeated", place_of(record), "another record has this seq too");
  } else {
    context.findings.add(
        "seq_not_increasing", place_of(record),
        "a record that was inserted before it has seq " + std::to_string(context.max_seq));
  }
  return {};
}

// Reading passes an inline value on as it is: so this is where it is read.
Result<void> check_value(const OutputRecord& record, RowContext& context) {
  const ContentRef* content = content_of(record.event);
  const auto* inlined = content != nullptr ? std::get_if<Inline>(content) : nullptr;
  if (inlined == nullptr || inlined->value.checked()) return {};
  const auto valid = json::validate_stored(inlined->value.text());
  if (!valid) {
    context.findings.add("damaged_record", place_of(record),
                         "event_json: the value is no JSON: " + valid.error().message);
  }
  return {};
}

Result<void> check_parents(const OutputRecord& record, RowContext& context) {
  if (context.missing_edges == nullptr) return {};
  for (const OutputRef& parent : record.parent_refs) {
    Edge edge(parent.str(), record.seq, record.id.str());
    const auto is_there = has_edge(context.connection, edge);
    if (!is_there) return std::unexpected(is_there.error());
    if (!*is_there) context.missing_edges->push_back(std::move(edge));
  }
  return {};
}

using RowCheck = Result<void> (*)(const OutputRecord&, RowContext&);
constexpr std::array<RowCheck, 3> kRowChecks = {check_seq, check_value, check_parents};

class RecordCheck final : public FileCheck {
 public:
  explicit RecordCheck(const FileShape& shape) : shape_(shape) {}

  Result<bool> advance(Connection& connection, VerifyFindings& findings) override {
    if (!has_begun_) {
      if (auto counted = count(connection); !counted) return std::unexpected(counted.error());
      has_begun_ = true;
    }
    std::vector<Edge> missing;
    auto done = check_rows(connection, findings, missing);
    if (!done && done.error().kind == ErrorKind::kCorrupt) {
      done = step_over(connection, findings, done.error());
    }
    if (!done) return done;
    const auto lost = without_pending(connection, std::move(missing), EdgeChange::kAdded);
    if (!lost) return std::unexpected(lost.error());
    for (const Edge& edge : *lost) {
      findings.add("edge_missing",
                   "record " + edge.child_id + " (seq " + std::to_string(edge.seq) + ")",
                   "skep_edges does not have its parent " + edge.parent_id);
    }
    return done;
  }

  [[nodiscard]] std::uint64_t total() const noexcept override { return total_; }

 private:
  // For the progress only: where it can't be known, it is not.
  Result<void> count(Connection& connection) {
    auto statement = connection.prepare("SELECT COUNT(*) FROM outputs");
    if (!statement) return std::unexpected(std::move(statement.error()));
    const auto row = statement->step();
    if (row && *row) total_ = static_cast<std::uint64_t>(statement->integer(0).value_or(0));
    if (!row && row.error().kind != ErrorKind::kCorrupt) return std::unexpected(row.error());
    return {};
  }

  Result<bool> check_rows(Connection& connection, VerifyFindings& findings,
                          std::vector<Edge>& missing) {
    const auto end = std::chrono::steady_clock::now() + kCheckPiece;
    auto statement = connection.prepare(shape_.has_created_at ? kRows : kRowsWithoutTime);
    if (!statement) return std::unexpected(std::move(statement.error()));
    statement->bind(1, last_rowid_);
    RowContext context{connection, findings, shape_.has_indexes, max_seq_,
                       shape_.has_edges ? &missing : nullptr};
    bool has_rows = false;
    while (std::chrono::steady_clock::now() < end) {
      const auto row = statement->step();
      if (!row) return row;
      if (!*row) return !has_rows;
      has_rows = true;
      skipped_rows_ = 1;
      last_rowid_ = statement->integer(kRowid).value_or(0);
      findings.count_checked();
      if (auto checked = check_row(*statement, context); !checked) {
        return std::unexpected(std::move(checked.error()));
      }
    }
    return false;
  }

  static Result<void> check_row(const Statement& statement, RowContext& context) {
    OutputRecord record;
    if (auto read = read_row(statement, record); !read) {
      const DamagedRecord damaged = damaged_row(statement, read.error());
      context.findings.add("damaged_record",
                           "record " + damaged.id + " (seq " + std::to_string(damaged.seq) + ")",
                           damaged.reason);
      return {};
    }
    for (const RowCheck check : kRowChecks) {
      if (auto checked = check(record, context); !checked) return checked;
    }
    return {};
  }

  // Past rows that lie on a damaged page, ever farther.
  Result<bool> step_over(Connection& connection, VerifyFindings& findings, const Error& error) {
    if (skipped_rows_ == 1) {
      findings.add("unreadable", "the records after row " + std::to_string(last_rowid_),
                   error.message);
    }
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 4;
    // Rows are numbered from 1, but for those that somebody numbered himself.
    last_rowid_ = std::max<std::int64_t>(last_rowid_, 0);
    if (skipped_rows_ > kMost || last_rowid_ > kMost || connection.interrupted()) return true;
    last_rowid_ += skipped_rows_;
    skipped_rows_ *= 2;
    return false;
  }

  const FileShape shape_;
  bool has_begun_ = false;
  std::uint64_t total_ = 0;
  std::int64_t last_rowid_ = std::numeric_limits<std::int64_t>::min();
  std::int64_t skipped_rows_ = 1;
  std::int64_t max_seq_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace

std::unique_ptr<FileCheck> check_records(const FileShape& shape) {
  return std::make_unique<RecordCheck>(shape);
}

}  // namespace skep::sqlite
