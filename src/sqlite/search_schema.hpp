// The index of words, beside the records of a file that was told to have one (docs/format.md).
#pragma once

#include "sqlite/connection.hpp"

namespace skep::sqlite {

/// Makes the index, with nothing indexed, unless it is there already. There is a trigger on
/// deletion and one on change, which write down what is to be looked at again, and none on
/// insertion: appends pay nothing.
/// Errors: `kNotEnabled` if this SQLite has no FTS5.
[[nodiscard]] Result<void> make_search_index(Connection& connection);

/// Removes it, if it is there.
[[nodiscard]] Result<void> drop_search_index(Connection& connection);

/// Whether there is one that can be used.
[[nodiscard]] Result<bool> has_search_index(Connection& connection);

}  // namespace skep::sqlite
