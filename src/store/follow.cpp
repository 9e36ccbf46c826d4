#include "store/follow.hpp"

#include "store/cancelled.hpp"
#include "store/remaining.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace skep {
namespace {

using std::chrono::steady_clock;

// Leaves the records of that type, and at most `limit` rows; rows that share a `seq` stay together.
void keep(Page& page, const std::string& type, std::size_t limit) {
  auto& records = page.listing.records;
  auto& damaged = page.listing.damaged;
  std::erase_if(records,
                [&type](const OutputRecord& record) { return type_of(record.event) != type; });
  if (records.size() + damaged.size() <= limit) return;
  std::vector<std::int64_t> seqs;
  seqs.reserve(records.size() + damaged.size());
  for (const auto& record : records) seqs.push_back(record.seq);
  for (const auto& row : damaged) seqs.push_back(row.seq);
  std::ranges::nth_element(seqs, seqs.begin() + static_cast<std::ptrdiff_t>(limit) - 1);
  const std::int64_t last = seqs[limit - 1];
  std::erase_if(records, [last](const OutputRecord& record) { return record.seq > last; });
  std::erase_if(damaged, [last](const DamagedRecord& row) { return row.seq > last; });
  page.next_after_seq = last;
}

// Where much is committed that a follower doesn't look for, it looks not after each commit.
boost::asio::awaitable<void> pause() {
  constexpr std::chrono::milliseconds kPause(10);
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, kPause);
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

}  // namespace

Awaitable<Page> list_by_type(OutputStore& store, ListQuery query, CallOptions options) {
  const std::string type = *std::exchange(query.type, std::nullopt);
  const std::size_t limit = std::exchange(query.limit, kMaxPageCount);
  auto page = co_await store.list(std::move(query), options);
  if (page) keep(*page, type, limit);
  co_return page;
}

Awaitable<Page> follow(OutputStore& store, std::shared_ptr<AppendSignal> signal, ListQuery query,
                       CallOptions options, std::function<void()> watch) {
  const auto started = steady_clock::now();
  const std::optional<std::string> type = std::exchange(query.type, std::nullopt);
  const std::size_t limit = query.limit;
  const std::int64_t began_after = query.after_seq;
  if (type) query.limit = kMaxPageCount;
  for (bool was_woken = false;;) {
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    // Before the look, so that nothing falls between it and the wait.
    watch();
    const std::int64_t seen = signal->last_seq();
    auto page = co_await store.list(query, remaining(options, started));
    if (!page) co_return ended(std::move(page.error()), began_after, query.after_seq);
    if (!is_empty(*page)) {
      query.after_seq = end_of(*page, query.after_seq);
      page->next_after_seq = query.after_seq;
      if (type) keep(*page, *type, limit);
      if (!is_empty(*page)) co_return page;
      continue;  // with what comes after the rows of other types
    }
    const auto still_cancelled =
        check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!still_cancelled) co_return std::unexpected(still_cancelled.error());
    if (was_woken) co_await pause();
    const auto paused = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!paused) co_return std::unexpected(paused.error());
    auto woken = co_await signal->wait(seen, remaining(options, started));
    was_woken = true;
    if (!woken) co_return ended(std::move(woken.error()), began_after, query.after_seq);
  }
}

}  // namespace skep
