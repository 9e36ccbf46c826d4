// Taking a file out of the kernel's page cache.
#pragma once

#include <filesystem>

#include <gtest/gtest.h>

namespace skep::test {

/// Writes the file back and drops its pages; returns whether the first pages are gone. It is done
/// in another process: closing the file in this one would end the locks of SQLite's connections.
[[nodiscard]] bool evict(const std::filesystem::path& file);

/// Why pages of this file can't be dropped, or read without waiting; empty if they can.
[[nodiscard]] const char* eviction_obstacle(const std::filesystem::path& file);

}  // namespace skep::test

/// Skips the test where the file system has no page cache to take `file` out of.
#define SKEP_NEEDS_EVICTION(file)                                                      \
  if (const char* obstacle = skep::test::eviction_obstacle(file); *obstacle != '\0') { \
    GTEST_SKIP() << obstacle;                                                          \
  }
