// A store in one SQLite file, shared with every program that knows the mlua-swarm `outputs` table.
#pragma once

#include <skep/output_store.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

namespace skep {

struct SqliteStoreOptions {
  bool create_if_missing = true;                      ///< Otherwise a missing file is `kNotFound`.
  std::size_t max_body_bytes = kDefaultMaxBodyBytes;  ///< Of one event, as JSON text.
  std::uint64_t max_blob_bytes = kDefaultMaxBlobBytes;
  std::chrono::milliseconds busy_timeout{5'000};  ///< Then `kBusy`.
  std::size_t reader_count = 2;                   ///< Read-only connections, 1 … 64.
  std::size_t max_commit_count = 1'024;           ///< Appends that share one commit.
  std::size_t max_commit_bytes = std::size_t{8} << 20U;
  std::size_t max_queued_count = 16'384;  ///< Appends waiting; then `kQueueFull`.
  std::size_t max_queued_bytes = std::size_t{256} << 20U;
  /// Whether the file has an index for `OutputStore::search` from now on, whoever opens it. Unset:
  /// as it is. What the file holds is indexed by the first search; `false` removes the index.
  std::optional<bool> search;
};

/// Opens the store at `path`, creating the file or bringing an older one up to date, with
/// write-ahead logging and `synchronous=FULL`. Safe beside other processes that use the same file,
/// as far as the SQLite it runs on is: see `StoreStats::warnings`.
/// Errors: `kNotFound`, `kCorrupt` (not a database), `kInvalidArgument` (an `outputs` table of
/// another shape, an option out of range), `kBusy`, `kInternal`.
[[nodiscard]] Awaitable<std::unique_ptr<OutputStore>> open_sqlite_store(
    std::filesystem::path path, SqliteStoreOptions options = {});

/// As `OutputStore::verify`, but of a file as it is: it need not open as a store, and nothing in it
/// is changed, nor in its directory, but for the -shm and -wal that SQLite may need to read it.
/// Checks of tables that the file lacks, as one does that only mlua-swarm wrote, are skipped.
/// Errors: `kNotFound`, `kInvalidArgument` (a sound file without an `outputs` table), `kBusy`,
/// `kInternal`.
[[nodiscard]] Awaitable<VerifyReport> verify_sqlite_file(std::filesystem::path path,
                                                         VerifyOptions options = {});

/// What the file that a backup made holds, after a quick check of its structure; it is not changed.
/// Errors: `kNotFound`, `kCorrupt`, `kInvalidArgument` (no store), `kInternal`.
[[nodiscard]] Awaitable<BackupReport> inspect_sqlite_backup(std::filesystem::path path,
                                                            CallOptions options = {});

/// Prepares the place of a backup that came otherwise than by `OutputStore::backup`: removes the
/// log of the database at `path`, if there is one. Errors: `kBusy` if that is open; `kIo`.
[[nodiscard]] Awaitable<void> make_way_for_sqlite_backup(std::filesystem::path path,
                                                         CallOptions options = {});

/// Puts a copy of the store in `file`, a backup, at `path`: verified, whole and durable, or not at
/// all. With `replace`, a store that is there is moved aside, its write-ahead log and blobs
/// included, and back if something fails. Errors: `kNotFound`; `kCorrupt` if `file` is not sound;
/// `kConflict` if there is a store at `path` that may not be replaced; `kBusy` if that is open, in
/// whatever process; `kInvalidArgument`; `kCancelled`; `kIo`; `kInternal`.
[[nodiscard]] Awaitable<RestoreReport> restore_sqlite_store(std::filesystem::path file,
                                                            std::filesystem::path path,
                                                            BackupOptions options = {});

/// Opens an empty SQLite store that lives in memory and ends with this object.
[[nodiscard]] Awaitable<std::unique_ptr<OutputStore>> open_sqlite_store_in_memory(
    SqliteStoreOptions options = {});

}  // namespace skep
