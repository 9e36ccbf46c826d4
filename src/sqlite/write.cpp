#include "sqlite/write.hpp"

#include "json/event_json.hpp"
#include "json/stored.hpp"
#include "sqlite/blobs.hpp"
#include "sqlite/edges.hpp"
#include "sqlite/idempotency.hpp"
#include "sqlite/read.hpp"

#include <skep/json.hpp>

#include <chrono>
#include <limits>

namespace skep::sqlite {
namespace {

// With 2^40 ids and a fresh random start after each collision, this many in a row means a bug.
constexpr int kMaxIdAttempts = 16;

bool is_id_collision(const Error& error) {
  return error.engine_code == SQLITE_CONSTRAINT_PRIMARYKEY ||
         error.engine_code == SQLITE_CONSTRAINT_UNIQUE;
}

EncodedAppend encode(const OutputRecord& record) {
  return EncodedAppend(AppendRequest(record.task_id, record.attempt, record.producer_agent,
                                     record.event, record.parent_refs));
}

// One that came before its blob did gets it now.
Result<void> expect_equal(Connection& connection, const OutputRecord& record,
                          const std::optional<blob::StoredBlob>& stored) {
  const auto present = find(connection, record.id.str());
  if (!present && present.error().kind != ErrorKind::kCorrupt) {
    return std::unexpected(present.error());
  }
  if (present && *present && blob::are_equal(**present, record)) {
    if (!stored) return {};
    const auto known = find_blob(connection, **present);
    if (!known) return std::unexpected(known.error());
    return *known ? Result<void>() : add_blob(connection, record.id.str(), *stored);
  }
  return fail(ErrorKind::kConflict,
              "record " + record.id.str() + " is in the store already, and differs");
}

}  // namespace

EncodedAppend::EncodedAppend(AppendRequest request)
    : task_id(std::move(request.task_id)),
      attempt(request.attempt),
      producer_agent(std::move(request.producer_agent)),
      event_json(json::take_json(std::move(request.event))),
      parent_refs_json(json::parent_refs_to_json(request.parent_refs)) {}

KeyedAppends::KeyedAppends(std::string idempotency_key, std::vector<EncodedAppend> encoded)
    : key(std::move(idempotency_key)), appends(std::move(encoded)) {
  RequestHasher hasher;
  for (const EncodedAppend& append : appends) {
    hasher.add(append.task_id, append.attempt, append.producer_agent,
               append.blob ? append.placeless_json : append.event_json, append.parent_refs_json);
  }
  request_hash = hasher.finish();
}

Result<Insertion> Insertion::start(Connection& connection) {
  const auto last_seq = read_last_seq(connection);
  if (!last_seq) return std::unexpected(last_seq.error());
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return Insertion(connection, *last_seq, now);
}

Result<OutputRef> Insertion::insert(const EncodedAppend& append, OutputRefGenerator& ids) {
  for (int attempt = 0; attempt < kMaxIdAttempts; ++attempt) {
    OutputRef id = ids.next();
    const auto inserted = insert_as(id.str(), append, now_);
    if (!inserted) return std::unexpected(inserted.error());
    if (*inserted) return id;
    ids.reseed();
  }
  return fail(ErrorKind::kInternal,
              "no free id was found in " + std::to_string(kMaxIdAttempts) + " tries");
}

Result<std::vector<OutputRef>> Insertion::insert(const std::vector<EncodedAppend>& appends,
                                                 OutputRefGenerator& ids) {
  auto savepoint = Savepoint::begin(*connection_);
  if (!savepoint) return std::unexpected(std::move(savepoint.error()));
  const std::int64_t last_seq_before = last_seq_;
  std::vector<OutputRef> refs;
  refs.reserve(appends.size());
  for (const auto& append : appends) {
    auto ref = insert(append, ids);
    if (!ref) {
      last_seq_ = last_seq_before;
      return std::unexpected(std::move(ref.error()));
    }
    refs.push_back(std::move(*ref));
  }
  if (auto released = savepoint->release(); !released) {
    last_seq_ = last_seq_before;
    return std::unexpected(std::move(released.error()));
  }
  return refs;
}

Result<std::vector<OutputRef>> Insertion::insert(const KeyedAppends& keyed,
                                                 OutputRefGenerator& ids) {
  auto savepoint = Savepoint::begin(*connection_);
  if (!savepoint) return std::unexpected(std::move(savepoint.error()));
  auto known = find_key(*connection_, keyed.key, keyed.request_hash);
  if (!known) return std::unexpected(std::move(known.error()));
  if (*known) return std::move(**known);
  const std::int64_t last_seq_before = last_seq_;
  auto refs = insert(keyed.appends, ids);
  if (!refs) return refs;
  auto stored = add_key(*connection_, keyed.key, keyed.request_hash, *refs, now_);
  if (stored) stored = savepoint->release();
  if (!stored) {
    last_seq_ = last_seq_before;
    return std::unexpected(std::move(stored.error()));
  }
  return refs;
}

Result<bool> Insertion::insert_as(const std::string& id, const EncodedAppend& append,
                                  std::optional<Timestamp> created_at) {
  if (last_seq_ == std::numeric_limits<std::int64_t>::max()) {
    return fail(ErrorKind::kCorrupt, "a record has the greatest possible seq: none can follow");
  }
  // FAIL is as good as ABORT for one row, whose constraints are checked before it is written, and
  // spares the journal that SQLite keeps of a statement with triggers if it may abort: half as much
  // time again as the insertion itself.
  auto statement = connection_->prepare(
      "INSERT OR FAIL INTO outputs (id, task_id, attempt, producer_agent, event_json, "
      "parent_refs_json, "
      "seq, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, id)
      .bind(2, append.task_id)
      .bind(3, std::int64_t{append.attempt})
      .bind(4, append.producer_agent)
      .bind(5, append.event_json)
      .bind(6, append.parent_refs_json)
      .bind(7, last_seq_ + 1);
  if (created_at) {
    statement->bind(8, std::int64_t{created_at->time_since_epoch().count()});
  } else {
    statement->bind_null(8);
  }
  if (const auto inserted = statement->run(); !inserted) {
    if (is_id_collision(inserted.error())) return false;
    return std::unexpected(inserted.error());
  }
  if (append.blob) {
    if (auto added = add_blob(*connection_, id, *append.blob); !added) {
      return std::unexpected(std::move(added.error()));
    }
  }
  ++last_seq_;
  if (append.parent_refs_json != "[]") ++edge_row_count_;
  return true;
}

Result<void> Insertion::finish() {
  if (edge_row_count_ == 0) return {};
  auto savepoint = Savepoint::begin(*connection_);
  if (!savepoint) return std::unexpected(std::move(savepoint.error()));
  // What other programs wrote is moved too, but no more of it than fits.
  Result<bool> moved_all = false;
  std::size_t portions = 1 + edge_row_count_ / kMovedEdgeRows;
  for (; portions > 0 && moved_all && !*moved_all; --portions) moved_all = move_edges(*connection_);
  edge_row_count_ = 0;
  auto finished = moved_all ? savepoint->release() : std::unexpected(std::move(moved_all.error()));
  if (finished || !connection_->in_transaction()) return finished;
  return {};
}

Result<ImportResult> import_records(Connection& connection, std::vector<OutputRecord>& records,
                                    const std::filesystem::path* blobs) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(transaction.error());
  auto insertion = Insertion::start(connection);
  if (!insertion) return std::unexpected(insertion.error());
  ImportResult result;
  for (OutputRecord& record : records) {
    auto stored = blobs != nullptr ? blob::adopt(*blobs, record.event) : std::nullopt;
    auto append = encode(record);
    append.blob = std::move(stored);
    const auto inserted = insertion->insert_as(record.id.str(), append, record.created_at);
    if (!inserted) return std::unexpected(inserted.error());
    if (*inserted) {
      ++result.added_count;
      continue;
    }
    if (auto equal = expect_equal(connection, record, append.blob); !equal) {
      return std::unexpected(std::move(equal.error()));
    }
    ++result.present_count;
  }
  if (auto finished = insertion->finish(); !finished) {
    return std::unexpected(std::move(finished.error()));
  }
  if (auto committed = transaction->commit(); !committed) {
    return std::unexpected(std::move(committed.error()));
  }
  return result;
}

}  // namespace skep::sqlite
