// What a slice may ask for.
#pragma once

#include <skep/slice.hpp>

namespace skep::slice {

/// Everything but the syntax of a pattern. Errors: `kInvalidArgument`, `kTooLarge`.
[[nodiscard]] Result<void> check_query(const SliceQuery& query);

}  // namespace skep::slice
