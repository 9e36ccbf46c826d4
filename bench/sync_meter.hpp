// How often this process made a file durable.
#pragma once

#include <cstdint>

namespace skep::bench {

/// Calls of `fsync` and `fdatasync` so far, by SQLite too. Thread-safe.
[[nodiscard]] std::uint64_t sync_count() noexcept;

}  // namespace skep::bench
