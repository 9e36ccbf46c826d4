// A database copied page by page, as of one commit.
#pragma once

#include "sqlite/connection.hpp"

#include <skep/backup.hpp>

#include <functional>
#include <string>

namespace skep::sqlite {

/// Copies all of `source` into the file at `path`, which must be empty. It takes a read transaction
/// for as long as that takes: so commits of others neither wait for it nor make it begin anew, but
/// the write-ahead log can't start anew meanwhile. The copy has no log of its own, and is not
/// synced. Errors: `kCancelled` once the connection is interrupted, or if `on_progress` says so;
/// the engine's.
[[nodiscard]] Result<void> copy_snapshot(
    Connection& source, const std::string& path,
    const std::function<bool(const BackupProgress&)>& on_progress);

/// What the file at `path` holds, after a quick check of its structure; it must not be in use.
/// Errors: `kCorrupt`; `kInvalidArgument` if it holds no store; the engine's.
[[nodiscard]] Result<BackupReport> inspect_snapshot(const std::string& path);

}  // namespace skep::sqlite
