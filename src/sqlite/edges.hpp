// The edges between records, kept beside them (docs/format.md).
#pragma once

#include "sqlite/connection.hpp"

#include <cstddef>

namespace skep::sqlite {

/// Creates what the edges are kept in: the table, a log of what is new in it, and the triggers on
/// `outputs` that write the log. Their statements call no function and have no constraint to
/// violate: so they fail for nobody, and cost an append without parents nothing (see
/// `Insertion::insert_as`). Everything that is there already is put into the log.
extern const char* const kCreateEdges;

/// Rows of the log that `move_edges` moves at most: some milliseconds.
inline constexpr std::size_t kMovedEdgeRows = 2'000;

/// Moves some of the log into the table, within the transaction that the caller has begun. True if
/// that was all of it.
[[nodiscard]] Result<bool> move_edges(Connection& connection);

/// Whether the log holds anything.
[[nodiscard]] Result<bool> has_new_edges(Connection& connection);

/// As `move_edges`, in a transaction of its own, short enough for appends to wait for.
[[nodiscard]] Result<bool> move_some_edges(Connection& connection);

}  // namespace skep::sqlite
