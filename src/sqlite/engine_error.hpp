// SQLite's result codes as Skep's errors: the one place that translates them.
#pragma once

#include <skep/error.hpp>

#include <sqlite3.h>

#include <string_view>

namespace skep::sqlite {

/// The error for `code`, the extended result code of a call on `db` (which may be null) that was
/// `doing` something. Its outcome is `kNotApplied`: a failed COMMIT is the caller's to judge.
[[nodiscard]] Error engine_error(sqlite3* db, int code, std::string_view doing);

}  // namespace skep::sqlite
