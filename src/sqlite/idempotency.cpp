#include "sqlite/idempotency.hpp"

#include "json/stored.hpp"
#include "store/key_reused.hpp"

#include <skep/limits.hpp>

#include <chrono>
#include <string_view>
#include <utility>

namespace skep::sqlite {
namespace {

std::string_view bytes_of(const RequestHash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::int64_t milliseconds(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace

const char* const kCreateKeys = R"sql(
CREATE TABLE IF NOT EXISTS skep_keys (
  key          TEXT PRIMARY KEY NOT NULL,
  request_hash BLOB NOT NULL,
  refs_json    TEXT NOT NULL,
  created_at   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_skep_keys_age ON skep_keys(created_at);
)sql";

Result<std::optional<std::vector<OutputRef>>> find_key(Connection& connection,
                                                       const std::string& key,
                                                       const RequestHash& hash) {
  auto statement =
      connection.prepare("SELECT refs_json, request_hash = ?2 FROM skep_keys WHERE key = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, key).bind_blob(2, bytes_of(hash));
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  if (statement->integer(1) != 1) return std::unexpected(key_reused(key));
  const auto text = statement->text(0);
  auto refs = json::parent_refs_from_stored(text.value_or(""));
  if (!refs) {
    return fail(ErrorKind::kCorrupt,
                "the idempotency key \"" + key + "\" is damaged: " + refs.error().message);
  }
  return std::optional(std::move(*refs));
}

Result<void> add_key(Connection& connection, const std::string& key, const RequestHash& hash,
                     const std::vector<OutputRef>& refs, Timestamp now) {
  auto insert = connection.prepare(
      "INSERT INTO skep_keys (key, request_hash, refs_json, created_at) VALUES (?1, ?2, ?3, ?4)");
  if (!insert) return std::unexpected(std::move(insert.error()));
  const std::string refs_json = json::parent_refs_to_json(refs);
  insert->bind(1, key).bind_blob(2, bytes_of(hash)).bind(3, refs_json).bind(4, milliseconds(now));
  if (auto inserted = insert->run(); !inserted) return inserted;
  // A few at a time, so that no append pays for many; more than one, so that they become fewer.
  auto forget = connection.prepare(
      "DELETE FROM skep_keys WHERE key IN "
      "(SELECT key FROM skep_keys WHERE created_at < ?1 ORDER BY created_at LIMIT 4)");
  if (!forget) return std::unexpected(std::move(forget.error()));
  forget->bind(1, milliseconds(now - kIdempotencyKeyLifetime));
  return forget->run();
}

}  // namespace skep::sqlite
