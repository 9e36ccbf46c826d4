// Putting listings together.
#pragma once

#include <skep/output_store.hpp>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace skep {

template <class T>
void move_to_end(std::vector<T>& all, std::vector<T> more) {
  if (all.empty()) {
    all = std::move(more);
  } else {
    std::ranges::move(more, std::back_inserter(all));
  }
}

inline void move_to_end(Listing& all, Listing more) {
  move_to_end(all.records, std::move(more.records));
  move_to_end(all.damaged, std::move(more.damaged));
}

}  // namespace skep
