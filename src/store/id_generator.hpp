// Allocates refs.
#pragma once

#include <skep/output_record.hpp>

#include <cstdint>

namespace skep {

/// Gives refs that count up from a random start: neighbours in time are neighbours in an index by
/// id, and programs that share a file rarely meet. Two generators can still give the same ref, so
/// a store checks, and calls `reseed` on a collision. Not thread-safe.
class OutputRefGenerator {
 public:
  /// Throws std::runtime_error if the system has no randomness to give.
  OutputRefGenerator() { reseed(); }

  [[nodiscard]] OutputRef next();

  /// Continues from a new random place, out of the range that collided. Throws as the constructor.
  void reseed();

 private:
  std::uint64_t next_ = 0;
};

}  // namespace skep
