#include "sqlite/sliced_list.hpp"

#include "sqlite/submit.hpp"
#include "store/cancelled.hpp"
#include "store/listing.hpp"
#include "store/remaining.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace skep::sqlite {
namespace {

// What one slice may take of its caller's executor: 0.15 ms, about, of bodies of 4 KiB.
constexpr std::size_t kSliceRows = 100;
constexpr std::size_t kSliceBytes = std::size_t{512} * 1024;

}  // namespace

Awaitable<Page> list_in_slices(std::shared_ptr<ShortReads> reads, ListQuery query,
                               CallOptions options) {
  const auto started = std::chrono::steady_clock::now();
  Page page;
  std::size_t rows_left = query.limit;
  std::size_t bytes_left = kMaxPageBytes;
  for (;;) {
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    PageQuery slice(query, std::min(kSliceBytes, bytes_left));
    slice.query.limit = std::min(kSliceRows, rows_left);
    auto operation = submit<PendingQuery<PageQuery, PagePart>, PagePart>(
        reads, std::move(slice), remaining(options, started));
    Result<PagePart> part = co_await std::move(operation);
    if (!part) co_return std::unexpected(std::move(part.error()));

    move_to_end(page.listing, std::move(part->page.listing));
    rows_left -= std::min(rows_left, part->row_count);
    bytes_left -= std::min(bytes_left, part->byte_count);
    page.next_after_seq = part->page.next_after_seq;
    if (!page.next_after_seq || rows_left == 0 || bytes_left == 0) co_return page;
    query.after_seq = *page.next_after_seq;
  }
}

}  // namespace skep::sqlite
