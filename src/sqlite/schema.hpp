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

/// Sets what a read-only connection needs.
[[nodiscard]] Result<void> prepare_reader(Connection& connection);

}  // namespace skep::sqlite
