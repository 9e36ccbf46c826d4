// Slices of contents.
#pragma once

#include "slice/text_source.hpp"

#include <skep/slice.hpp>

namespace skep::slice {

/// The slice of a content that is text, e.g. of a blob; a pointer is for one whose `media_type` is
/// JSON. `query` is valid; `id` is set by the caller. It reads `source` a window of 64 KiB at a
/// time and, whatever its size, holds no more than a few of these, and the text that it gives.
/// Errors: `kInvalidArgument` for what does not fit the content (a line or byte beyond its end, a
/// pointer that leads nowhere), or a malformed pattern; `kCorrupt`; `kCancelled` soon after `stop`
/// is true; those of the source.
[[nodiscard]] Result<Slice> slice_content(TextSource& source, std::string_view media_type,
                                          const SliceQuery& query, const Stop& stop);

/// The slice of an inline value, from its JSON text: of a string, of the characters it spells.
/// Errors: as above.
[[nodiscard]] Result<Slice> slice_value(TextSource& json, const SliceQuery& query,
                                        const Stop& stop);

/// The slice of a record's content. Errors: as above; `kNotFound` if the store holds none.
[[nodiscard]] Result<Slice> slice_record(const OutputRecord& record, const SliceQuery& query,
                                         const Stop& stop);

}  // namespace skep::slice
