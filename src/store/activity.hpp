// Counting commits by their size.
#pragma once

#include <skep/output_store.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>

namespace skep {

/// The index of `StoreActivity::commits_by_size` for a commit of so many records.
[[nodiscard]] constexpr std::size_t commit_size_index(std::uint64_t record_count) noexcept {
  const auto index = static_cast<std::size_t>(std::bit_width(record_count - 1));
  return record_count == 0 ? 0 : std::min(index, StoreActivity::kSizeCount - 1);
}

inline void count_commit(StoreActivity& activity, std::uint64_t record_count) noexcept {
  ++activity.commit_count;
  activity.committed_record_count += record_count;
  ++activity.commits_by_size[commit_size_index(record_count)];
}

}  // namespace skep
