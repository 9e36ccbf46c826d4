// Keeping the index of words up to date.
#pragma once

#include "sqlite/connection.hpp"

#include <cstdint>
#include <optional>

namespace skep::sqlite {

/// What there is to index: the records up to `seq` that are not indexed, and the changes up to
/// `change`.
struct SearchBacklog {
  std::int64_t seq = 0;
  std::int64_t change = 0;
};

/// Nothing if the index is up to date. Errors: `kNotEnabled` if there is none.
[[nodiscard]] Result<std::optional<SearchBacklog>> search_backlog(Connection& connection);

/// Indexes some of what there is to index, in a transaction of its own, short enough for appends to
/// wait for. Returns whether all of `wanted` is now done.
[[nodiscard]] Result<bool> index_some(Connection& connection, const SearchBacklog& wanted);

}  // namespace skep::sqlite
