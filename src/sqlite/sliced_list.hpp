// A page of records, read in slices that are short reads.
#pragma once

#include "sqlite/short_reads.hpp"

#include <skep/output_store.hpp>

#include <atomic>
#include <cstddef>
#include <memory>

namespace skep::sqlite {

/// Counts a list while it is under way.
class ListInFlight {
 public:
  explicit ListInFlight(std::atomic<std::size_t>& count)
      : count_(count), alone_(count_.fetch_add(1) == 0) {}
  ListInFlight(const ListInFlight&) = delete;
  ListInFlight& operator=(const ListInFlight&) = delete;
  ~ListInFlight() { count_.fetch_sub(1); }

  [[nodiscard]] bool is_alone() const noexcept { return alone_; }

 private:
  std::atomic<std::size_t>& count_;
  const bool alone_;
};

/// Reads the page that `query` asks for a few rows at a time, so that its caller's executor may do
/// it: for a caller who is alone that is cheaper than waking another thread and being woken.
[[nodiscard]] Awaitable<Page> list_in_slices(std::shared_ptr<ShortReads> reads, ListQuery query,
                                             CallOptions options);

}  // namespace skep::sqlite
