// Putting one database file in the place of another.
#pragma once

#include <skep/error.hpp>

#include <filesystem>

namespace skep::sqlite {

/// Fails with `kBusy` if a connection, of whatever process, this one's too, has the database at
/// `path` open. On leaving, the last one to have it moves its log into it. One that is not
/// there, no database or damaged can't be asked. A file that is not in write-ahead mode shows only
/// who writes.
[[nodiscard]] Result<void> check_unused(const std::filesystem::path& path);

/// Checks that, and removes the log of the database, which is about to be replaced: it would be
/// taken for that of the new one. Errors: `kBusy`, `kIo`.
[[nodiscard]] Result<void> make_way(const std::filesystem::path& path);

}  // namespace skep::sqlite
