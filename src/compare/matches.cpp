#include "compare/matches.hpp"

#include <algorithm>
#include <optional>
#include <ranges>

namespace skep::compare {
namespace {

using Sequence = std::span<const std::uint32_t>;
using Index = std::int64_t;

// How far on each diagonal k = x - y one comes with d edits: E. Myers, "An O(ND) Difference
// Algorithm and Its Variations" (1986). Kept for each d, to walk back along.
class Frontiers {
 public:
  Frontiers(Sequence left, Sequence right)
      : left_(left),
        right_(right),
        left_size_(static_cast<Index>(left.size())),
        right_size_(static_cast<Index>(right.size())) {}

  // How many edits it takes; nothing beyond `max_edits`.
  std::optional<Index> find(std::size_t max_edits, const StopFlag& stop) {
    const Index most = std::min(static_cast<Index>(max_edits), left_size_ + right_size_);
    for (Index edits = 0; edits <= most && !stop.is_set(); ++edits) {
      auto& reached = frontiers_.emplace_back(static_cast<std::size_t>(edits) + 1);
      for (Index k = -edits; k <= edits; k += 2) {
        const Index x = follow(start_of(edits, k), k);
        reached[slot(edits, k)] = static_cast<std::uint32_t>(std::max(x, Index{0}));
        if (x >= left_size_ && x - k >= right_size_) return edits;
      }
    }
    return std::nullopt;
  }

  // The matches on the way to the end, which took so many edits; the last one first.
  [[nodiscard]] std::vector<Match> walk_back(Index edits) const {
    std::vector<Match> found;
    Index x = left_size_;
    Index k = left_size_ - right_size_;
    for (;; --edits) {
      const Index from = start_of(edits, k);
      if (x > from) {
        found.push_back({static_cast<std::size_t>(from), static_cast<std::size_t>(from - k),
                         static_cast<std::size_t>(x - from)});
      }
      if (edits == 0) return found;
      const bool is_down = goes_down(edits, k);
      k += is_down ? 1 : -1;
      x = is_down ? from : from - 1;
    }
  }

 private:
  static std::size_t slot(Index edits, Index k) {
    return static_cast<std::size_t>((k + edits) / 2);
  }

  [[nodiscard]] Index reached(Index edits, Index k) const {
    return frontiers_[static_cast<std::size_t>(edits)][slot(edits, k)];
  }

  // Whether diagonal k is come to from k + 1, by adding an element, and not from k - 1.
  [[nodiscard]] bool goes_down(Index edits, Index k) const {
    return k == -edits || (k != edits && reached(edits - 1, k - 1) < reached(edits - 1, k + 1));
  }

  [[nodiscard]] Index start_of(Index edits, Index k) const {
    if (edits == 0) return 0;
    return goes_down(edits, k) ? reached(edits - 1, k + 1) : reached(edits - 1, k - 1) + 1;
  }

  [[nodiscard]] Index follow(Index x, Index k) const {
    // Diagonals that lie outside have nothing to follow.
    while (x < left_size_ && x - k < right_size_ && x >= k &&
           left_[static_cast<std::size_t>(x)] == right_[static_cast<std::size_t>(x - k)]) {
      ++x;
    }
    return x;
  }

  Sequence left_;
  Sequence right_;
  Index left_size_;
  Index right_size_;
  std::vector<std::vector<std::uint32_t>> frontiers_;
};

void add(std::vector<Match>& list, Match match) {
  if (match.count == 0) return;
  if (!list.empty() && list.back().left + list.back().count == match.left &&
      list.back().right + list.back().count == match.right) {
    list.back().count += match.count;
  } else {
    list.push_back(match);
  }
}

}  // namespace

Matches find_matches(Sequence left, Sequence right, std::size_t max_edits, const StopFlag& stop) {
  const auto head = static_cast<std::size_t>(std::ranges::mismatch(left, right).in1 - left.begin());
  const Sequence left_rest = left.subspan(head);
  const Sequence right_rest = right.subspan(head);
  std::size_t tail = 0;
  while (tail < std::min(left_rest.size(), right_rest.size()) &&
         left_rest[left_rest.size() - 1 - tail] == right_rest[right_rest.size() - 1 - tail]) {
    ++tail;
  }
  const Sequence left_middle = left_rest.first(left_rest.size() - tail);
  const Sequence right_middle = right_rest.first(right_rest.size() - tail);

  Matches matches;
  add(matches.list, {0, 0, head});
  if (!left_middle.empty() && !right_middle.empty()) {
    Frontiers frontiers(left_middle, right_middle);
    const auto edits = frontiers.find(max_edits, stop);
    matches.is_longest = edits.has_value();
    if (edits) {
      const auto found = frontiers.walk_back(*edits);
      for (const Match& match : std::views::reverse(found)) {
        add(matches.list, {match.left + head, match.right + head, match.count});
      }
    }
  }
  add(matches.list, {left.size() - tail, right.size() - tail, tail});
  return matches;
}

}  // namespace skep::compare
