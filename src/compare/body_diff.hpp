// Two texts, line by line.
#pragma once

#include "store/stop_flag.hpp"

#include <skep/compare.hpp>

#include <cstddef>
#include <string_view>

namespace skep::compare {

/// How `left` becomes `right`, with so many lines of context; anything once `stop` is set.
[[nodiscard]] BodyDiff diff_texts(std::string_view left, std::string_view right,
                                  std::size_t context_lines, std::size_t max_edits = kMaxDiffEdits,
                                  const StopFlag& stop = StopFlag());

/// About what it takes in memory.
[[nodiscard]] std::size_t bytes_of(const BodyDiff& diff) noexcept;

}  // namespace skep::compare
