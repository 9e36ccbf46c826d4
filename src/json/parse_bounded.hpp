// JSON of others as a tree, in memory that is bounded.
#pragma once

#include <boost/json/value.hpp>
#include <skep/error.hpp>

#include <cstddef>
#include <string_view>

namespace skep::json {

/// Reads `text` into a tree. A value takes 24 bytes, so a text can ask for twelve times its size:
/// reading may take three times the size of `text` and 32 MiB. Errors: `kInvalidArgument`, also for
/// what is deeper than `max_depth`; `kTooLarge`.
[[nodiscard]] Result<boost::json::value> parse_bounded(std::string_view text,
                                                       std::size_t max_depth);

}  // namespace skep::json
