// What back ends build on their `list`: filtering by type, and waiting for what is to come.
#pragma once

#include "store/append_signal.hpp"

#include <skep/output_store.hpp>

#include <functional>
#include <memory>

namespace skep {

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
