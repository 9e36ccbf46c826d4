// The tables and indexes of a Skep file (docs/format.md).
#pragma once

#include "sqlite/connection.hpp"

#include <chrono>

namespace skep::sqlite {

/// What there is of a store in a file.
struct FileShape {
  bool has_table = false;
  bool has_created_at = false;
  bool has_indexes = false;
  bool has_counts = false;
  bool has_edges = false;
  bool has_keys = false;
  bool has_blobs = false;

  [[nodiscard]] bool is_complete() const noexcept {
    return has_table && has_created_at && has_indexes && has_counts && has_edges && has_keys &&
           has_blobs;
  }
};

/// Errors: `kInvalidArgument` if there is an `outputs` table of another shape; engine errors.
[[nodiscard]] Result<FileShape> read_shape(Connection& connection);

/// Sets what a writing connection needs (write-ahead log, full durability) and creates what the
/// file lacks; a file that has everything is not written to.
/// Errors: `kInvalidArgument` if there is an `outputs` table of another shape; engine errors.
[[nodiscard]] Result<void> prepare_writer(Connection& connection, bool in_memory,
                                          std::chrono::milliseconds busy_timeout);

/// Opens a read-only connection to the file at `path`.
[[nodiscard]] Result<std::unique_ptr<Connection>> open_reader(
    const std::string& path, std::chrono::milliseconds busy_timeout);

}  // namespace skep::sqlite
