// Text cut out of a source.
#pragma once

#include "slice/text_source.hpp"

#include <skep/slice.hpp>

namespace skep::slice {

/// What a query that is valid, and no grep, selects of `source`; without what `finish` adds. It
/// holds a window and four bytes for each character of the budget.
/// Errors: `kInvalidArgument` if it selects what lies beyond the end; `kCancelled`.
[[nodiscard]] Result<Slice> cut(TextSource& source, const SliceQuery& query, const Stop& stop);

}  // namespace skep::slice
