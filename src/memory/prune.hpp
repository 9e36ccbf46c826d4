// Pruning records in memory.
#pragma once

#include "memory/record_index.hpp"

#include <skep/prune.hpp>

namespace skep::memory {

/// Removes from `index`, or in a dry run counts, what `query` tells. It takes O(n log n) for all n
/// records.
[[nodiscard]] PruneReport prune(RecordIndex& index, const PruneQuery& query);

}  // namespace skep::memory
