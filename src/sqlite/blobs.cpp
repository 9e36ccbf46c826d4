#include "sqlite/blobs.hpp"

#include "blob/hold.hpp"

#include <utility>

namespace skep::sqlite {

const char* const kCreateBlobs = R"sql(
CREATE TABLE IF NOT EXISTS skep_blobs (
  output_id  TEXT NOT NULL PRIMARY KEY,
  sha256     TEXT NOT NULL,
  size_bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_skep_blobs_sha256 ON skep_blobs(sha256);
CREATE TRIGGER IF NOT EXISTS skep_blob_removed AFTER DELETE ON outputs BEGIN
  DELETE FROM skep_blobs WHERE output_id = OLD.id;
END;
)sql";

Result<void> add_blob(Connection& connection, const std::string& id,
                      const blob::StoredBlob& stored) {
  if (auto present = blob::expect_present(stored); !present) return present;
  auto statement = connection.prepare(
      "INSERT INTO skep_blobs (output_id, sha256, size_bytes) VALUES (?1, ?2, ?3)");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, id)
      .bind(2, stored.sha256)
      .bind(3, static_cast<std::int64_t>(stored.size_bytes));
  return statement->run();
}

Result<std::optional<BlobInfo>> find_blob(Connection& connection, const OutputRecord& record) {
  const ContentRef* content = content_of(record.event);
  if (content == nullptr || !std::holds_alternative<FileRef>(*content)) return std::nullopt;
  auto statement =
      connection.prepare("SELECT sha256, size_bytes FROM skep_blobs WHERE output_id = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, record.id.str());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  blob::Link link;
  link.sha256 = statement->text(0).value_or("");
  link.size_bytes = static_cast<std::uint64_t>(statement->integer(1).value_or(0));
  return blob::info_of(record, link);
}

Result<std::vector<bool>> remove_unused_blobs(Connection& connection,
                                              const std::vector<blob::Candidate>& candidates,
                                              const BlobCollectQuery& query) {
  if (candidates.empty()) return std::vector<bool>();
  const auto directory = candidates.front().path.parent_path().parent_path();
  const auto hold = blob::Hold::against_readers(directory);
  if (!hold && !query.dry_run) return std::unexpected(hold.error());
  const auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(transaction.error());
  std::vector<bool> unused;
  unused.reserve(candidates.size());
  for (const blob::Candidate& candidate : candidates) {
    auto statement = connection.prepare("SELECT 1 FROM skep_blobs WHERE sha256 = ?1");
    if (!statement) return std::unexpected(std::move(statement.error()));
    statement->bind(1, candidate.sha256);
    const auto is_used = statement->step();
    if (!is_used) return std::unexpected(is_used.error());
    if (*is_used || query.dry_run) {
      unused.push_back(!*is_used);
      continue;
    }
    const auto removed = blob::remove_if_old(candidate, query.grace);
    if (!removed) return std::unexpected(removed.error());
    unused.push_back(*removed);
  }
  return unused;
}

}  // namespace skep::sqlite
