// What a slice says of itself.
#pragma once

#include <skep/slice.hpp>

#include <string>

namespace skep::slice {

/// What of the content is shown, and what is not: one line, without "how to read on".
[[nodiscard]] std::string summarize(const Slice& slice, const SliceQuery& query);

}  // namespace skep::slice
