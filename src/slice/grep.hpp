// Lines that match, cut out of a source.
#pragma once

#include "slice/text_source.hpp"

#include <skep/slice.hpp>

namespace skep::slice {

/// What `grep`, which is valid, finds in `source`, in `budget` characters at most; without what
/// `finish` adds, `next` among it but for the selection. It holds a window, the rows of context and
/// the text that it gives.
/// Errors: `kInvalidArgument` for the pattern, or a beginning beyond the end; `kCancelled`.
[[nodiscard]] Result<Slice> grep_lines(TextSource& source, const Grep& grep, std::size_t budget,
                                       const Stop& stop);

}  // namespace skep::slice
