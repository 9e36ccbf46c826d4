// A store in one SQLite file, shared with every program that knows the mlua-swarm `outputs` table.
#pragma once

#include <skep/output_store.hpp>

#include <chrono>
#include <filesystem>
#include <memory>

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
};

/// Opens the store at `path`, creating the file or bringing an older one up to date, with
/// write-ahead logging and `synchronous=FULL`. Safe beside other processes that use the same file,
/// as far as the SQLite it runs on is: see `StoreStats::warnings`.
/// Errors: `kNotFound`, `kCorrupt` (not a database), `kInvalidArgument` (an `outputs` table of
/// another shape, an option out of range), `kBusy`, `kInternal`.
[[nodiscard]] boost::asio::awaitable<Result<std::unique_ptr<OutputStore>>> open_sqlite_store(
    std::filesystem::path path, SqliteStoreOptions options = {});

/// Opens an empty SQLite store that lives in memory and ends with this object.
[[nodiscard]] boost::asio::awaitable<Result<std::unique_ptr<OutputStore>>>
open_sqlite_store_in_memory(SqliteStoreOptions options = {});

}  // namespace skep
