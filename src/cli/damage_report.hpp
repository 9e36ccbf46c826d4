// Damaged rows that a listing came across, told at its end.
#pragma once

#include "cli/failure.hpp"

#include <skep/output_store.hpp>

#include <cstdint>
#include <vector>

namespace skep::cli {

/// Keeps the first hundred, and counts the others.
class DamageReport {
 public:
  void add(const std::vector<DamagedRecord>& damaged);

  /// Names the rows on standard error; a failure with `kCorrupt` if there are any.
  [[nodiscard]] Status finish() const;

 private:
  std::vector<DamagedRecord> named_;
  std::uint64_t count_ = 0;
};

}  // namespace skep::cli
