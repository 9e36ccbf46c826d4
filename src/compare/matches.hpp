// What two sequences have in common, in order.
#pragma once

#include "store/stop_flag.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace skep::compare {

/// `count` elements from `left` on that equal those from `right` on.
struct Match {
  std::size_t left;
  std::size_t right;
  std::size_t count;
};

struct Matches {
  std::vector<Match> list;  ///< In order; no two touch on both sides.
  bool is_longest = true;   ///< No more could be matched.
};

/// A longest common subsequence, by Myers' greedy algorithm: O((n + m) d) time and O(n + m + d²)
/// memory for d elements removed and added. Beyond `max_edits` of these only what the sequences
/// begin and end with is matched; so it is once `stop` is set.
[[nodiscard]] Matches find_matches(std::span<const std::uint32_t> left,
                                   std::span<const std::uint32_t> right, std::size_t max_edits,
                                   const StopFlag& stop = StopFlag());

}  // namespace skep::compare
