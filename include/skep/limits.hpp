// The limits that every store keeps, whatever its back end.
#pragma once

#include <chrono>
#include <cstddef>

namespace skep {

/// The largest event, as JSON text: 64 MiB.
inline constexpr std::size_t kDefaultMaxBodyBytes = std::size_t{64} << 20U;

/// The longest `task_id`, `producer_agent`, or single parent ref: 64 KiB.
inline constexpr std::size_t kMaxWordBytes = std::size_t{64} << 10U;

/// The most parents of one record.
inline constexpr std::size_t kMaxParentRefCount = 65'536;

/// The most records of one `append_all` or `import_records`.
inline constexpr std::size_t kMaxBatchCount = 65'536;

/// The most rows of one page.
inline constexpr std::size_t kMaxPageCount = 1'000;

/// A page ends with the first record that takes its bodies and parent refs past this: 16 MiB.
inline constexpr std::size_t kMaxPageBytes = std::size_t{16} << 20U;

/// The deepest that a lineage goes.
inline constexpr std::size_t kMaxLineageDepth = 1'000'000;

/// The most nodes of a lineage.
inline constexpr std::size_t kMaxLineageCount = 100'000;

/// A lineage ends once the texts of its nodes, and all the refs that it looked at, take so much:
/// 32 MiB.
inline constexpr std::size_t kMaxLineageBytes = std::size_t{32} << 20U;

/// The longest idempotency key.
inline constexpr std::size_t kMaxIdempotencyKeyBytes = 255;

/// How long a store remembers an idempotency key, at least.
inline constexpr std::chrono::days kIdempotencyKeyLifetime{7};

}  // namespace skep
