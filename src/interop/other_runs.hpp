// Which runs outputs lie in that are not of the run at hand.
#pragma once

#include "interop/ref_cache.hpp"

#include <skep/output_store.hpp>
#include <skep/run_id.hpp>

#include <optional>

namespace skep::interop {

/// Looks outputs up without their bodies, and remembers the last 10,000. Not thread-safe; the store
/// must outlive it.
class OtherRuns {
 public:
  explicit OtherRuns(OutputStore& store) : store_(store) {}

  /// Nothing for an output that is not there, or damaged. Errors: others of `ancestors`.
  [[nodiscard]] Awaitable<std::optional<RunId>> run_of(OutputRef ref, CallOptions options);

 private:
  static constexpr std::size_t kMaxCount = 10'000;
  static constexpr std::size_t kMaxBytes = std::size_t{8} << 20U;

  OutputStore& store_;
  RefCache<std::optional<RunId>> known_{kMaxCount, kMaxBytes};
};

}  // namespace skep::interop
