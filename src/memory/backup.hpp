// Records in memory as a SQLite file.
#pragma once

#include "memory/record_index.hpp"

#include <skep/output_store.hpp>

#include <filesystem>
#include <vector>

namespace skep::memory {

/// Writes `records`, which are in the order of their `seq`, to a file as `OutputStore::backup`
/// does; or fails as they do. It takes as much memory as the records once more.
[[nodiscard]] Awaitable<BackupReport> write_backup(Result<std::vector<RecordPtr>> records,
                                                   std::filesystem::path path,
                                                   BackupOptions options);

}  // namespace skep::memory
