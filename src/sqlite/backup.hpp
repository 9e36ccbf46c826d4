// Making backups of a store in SQLite.
#pragma once

#include "sqlite/connection.hpp"

#include <skep/backup.hpp>

#include <filesystem>

namespace skep::sqlite {

/// Copies what `source` sees to a new file at `path`, which appears whole, checked and durable, or
/// not at all; before it, the blobs that it needs of the directory `blobs`. Blocks for as long as
/// that takes. Errors: those of `OutputStore::backup`.
[[nodiscard]] Result<BackupReport> make_backup(Connection& source,
                                               const std::filesystem::path& path,
                                               const BackupOptions& options,
                                               const std::filesystem::path& blobs);

}  // namespace skep::sqlite
