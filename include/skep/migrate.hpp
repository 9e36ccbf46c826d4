// Copying all records of one store into another.
#pragma once

#include <skep/output_store.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace skep {

struct MigrateOptions : CallOptions {
  /// Called after each page, with how many records were read of both stores together, and how many
  /// there are about. False ends it with `kCancelled`. On the executor of the awaiting coroutine.
  std::function<bool(std::uint64_t done, std::uint64_t total)> on_progress;

  MigrateOptions() = default;
  explicit MigrateOptions(CallOptions options) : CallOptions(options) {}
};

/// What one of the two stores holds, as it was read.
struct MigrateSide {
  std::uint64_t record_count = 0;
  std::uint64_t damaged_count = 0;  ///< Records that can't be read: they stay where they are.
  std::uint64_t blob_count = 0;     ///< Records with a blob that was found whole.
  std::uint64_t blob_bytes = 0;     ///< Of those, counted for each record.
  /// SHA-256 (64 hex digits) of all records in `seq` order but for their `seq`, and with the hash
  /// of a blob in place of its path.
  std::string sha256;

  friend bool operator==(const MigrateSide&, const MigrateSide&) = default;
};

/// What a migration did, and what both stores hold in the end.
struct MigrateReport {
  std::uint64_t added_count = 0;
  std::uint64_t present_count = 0;       ///< Were in the target already, equal.
  std::uint64_t blob_error_count = 0;    ///< Records whose blob the source could not give.
  std::vector<std::string> blob_errors;  ///< The first `kMaxMigrateErrors` of them.
  MigrateSide source;
  MigrateSide target;

  /// Whether the target holds all that the source does, in its order, and nothing else.
  [[nodiscard]] bool equal() const noexcept {
    return source == target && source.damaged_count == 0 && blob_error_count == 0;
  }
};

inline constexpr std::size_t kMaxMigrateErrors = 100;

/// Stores the records of `source` in `target`, in their order, under their ids and with their
/// times, and the blobs that they name; then reads all of `target` to compare. One that broke off
/// can be begun again: what is there, equal, is left alone. Idempotency keys and the choice of a
/// search index stay behind. Records that are stored in `source` meanwhile may or may not be taken
/// along. Memory: a page of records, and 100 bytes or so for each blob. Both must outlive the
/// operation. Errors: those of `list`, `open_blob`, `put_blob` and `import_records`; `kConflict` if
/// a record in `target` has the id of another one. What was stored before an error stays stored.
[[nodiscard]] Awaitable<MigrateReport> migrate(OutputStore& source, OutputStore& target,
                                               MigrateOptions options = {});

}  // namespace skep
