// The tables and indexes of a Skep file (docs/format.md).
#pragma once

#include "sqlite/connection.hpp"

#include <chrono>

namespace skep::sqlite {

/// Sets what a writing connection needs (write-ahead log, full durability) and creates what the
/// file lacks; a file that has everything is not written to.
/// Errors: `kInvalidArgument` if there is an `outputs` table of another shape; engine errors.
[[nodiscard]] Result<void> prepare_writer(Connection& connection, bool in_memory,
                                          std::chrono::milliseconds busy_timeout);

/// Opens a read-only connection to the file at `path`.
[[nodiscard]] Result<std::unique_ptr<Connection>> open_reader(
    const std::string& path, std::chrono::milliseconds busy_timeout);

}  // namespace skep::sqlite
