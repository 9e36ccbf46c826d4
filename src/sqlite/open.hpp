// Opening the writer of a store.
#pragma once

#include "sqlite/connection.hpp"

#include <skep/isle.hpp>
#include <skep/sqlite_store.hpp>

#include <chrono>
#include <filesystem>
#include <string>

namespace skep::sqlite {

/// Errors: `kInvalidArgument`, for an option out of range.
[[nodiscard]] Result<void> check(const SqliteStoreOptions& options);

/// How long connections that are opened for one task wait for another process's lock.
inline constexpr std::chrono::milliseconds kBusyTimeout{5'000};

/// The absolute path of a file that is to be read as it is. Errors: `kNotFound`,
/// `kInvalidArgument`.
[[nodiscard]] Result<std::string> existing_file(const std::filesystem::path& path);

/// The isle of the connection that writes. If it cannot be opened, the isle's first call tells why.
/// An empty `path` opens a database in memory.
[[nodiscard]] StartedIsle<Connection> start_writer(const std::string& path,
                                                   const SqliteStoreOptions& options);

}  // namespace skep::sqlite
