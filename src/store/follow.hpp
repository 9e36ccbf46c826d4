// What back ends build on their `list`: filtering by type, and waiting for what is to come.
#pragma once

#include "store/append_signal.hpp"

#include <skep/output_store.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>

namespace skep {

[[nodiscard]] inline bool is_empty(const Page& page) {
  return page.listing.records.empty() && page.listing.damaged.empty();
}

/// Where a page ends that began after `after_seq`.
[[nodiscard]] inline std::int64_t end_of(const Page& page, std::int64_t after_seq) {
  const auto& [records, damaged] = page.listing;
  after_seq = std::max(after_seq, page.next_after_seq.value_or(after_seq));
  if (!records.empty()) after_seq = std::max(after_seq, records.back().seq);
  if (!damaged.empty()) after_seq = std::max(after_seq, damaged.back().seq);
  return after_seq;
}

/// A page of the records of `query.type`, found by listing `store` without that filter.
[[nodiscard]] Awaitable<Page> list_by_type(OutputStore& store, ListQuery query,
                                           CallOptions options);

/// What `OutputStore::tail` gives when it ends with `error` and began after `began_after`: that, or
/// where to go on if its time is over and it got further.
[[nodiscard]] inline Result<Page> ended(Error error, std::int64_t began_after,
                                        std::int64_t after_seq) {
  if (error.kind != ErrorKind::kTimedOut || after_seq == began_after) {
    return std::unexpected(std::move(error));
  }
  Page page;
  page.next_after_seq = after_seq;
  return page;
}

/// `OutputStore::tail`, by listing `store` whenever `signal` tells of something new; before each
/// wait for that, `watch` is called.
[[nodiscard]] Awaitable<Page> follow(OutputStore& store, std::shared_ptr<AppendSignal> signal,
                                     ListQuery query, CallOptions options,
                                     std::function<void()> watch);

}  // namespace skep
