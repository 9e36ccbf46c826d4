#include "memory/memory_store.hpp"

#include "memory/backup.hpp"
#include "memory/lineage_source.hpp"
#include "memory/prune.hpp"
#include "memory/search.hpp"
#include "memory/verify.hpp"
#include "slice/slice.hpp"
#include "store/cancelled.hpp"
#include "store/follow.hpp"
#include "store/not_found.hpp"
#include "store/remaining.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>

namespace skep::memory {

Awaitable<std::shared_ptr<BlobReader>> MemoryStore::do_open_blob(OutputRef ref,
                                                                 CallOptions options) {
  auto found = find_with_blob(ref);
  if (!found) co_return std::unexpected(std::move(found.error()));
  auto& [record, info] = *found;
  if (!info) co_return std::unexpected(blob::no_blob(*record));
  co_return co_await blob_files_.directory.open(std::move(*info), options);
}

Awaitable<OutputRecord> MemoryStore::do_get(OutputRef ref, CallOptions /*options*/) {
  const auto found = read([&](const auto& index) { return index.find(ref); });
  co_return copy(found, [&] { return not_found(ref.str()); });
}

Awaitable<OutputRecord> MemoryStore::do_get_latest_by_name(std::string name,
                                                           CallOptions /*options*/) {
  const auto found = read([&](const auto& index) { return index.latest(name); });
  co_return copy(found, [&] { return not_found(name); });
}

Awaitable<OutputRecord> MemoryStore::do_get_latest_by_name_in_run(std::string task_id,
                                                                  std::uint32_t attempt,
                                                                  std::string name,
                                                                  CallOptions /*options*/) {
  const auto found =
      read([&](const auto& index) { return index.latest_in_run(task_id, attempt, name); });
  co_return copy(found, [&] { return not_found(task_id, attempt, name); });
}

Awaitable<Page> MemoryStore::do_list(ListQuery query, CallOptions options) {
  if (query.type) {
    auto filtered = list_by_type(*this, std::move(query), options);
    co_return co_await std::move(filtered);
  }
  const auto found = read([&](const auto& index) { return index.page(query); });
  if (!found) co_return std::unexpected(found.error());
  Page page;
  page.next_after_seq = found->next_after_seq;
  page.listing.records.reserve(found->records.size());
  for (const RecordPtr& record : found->records) page.listing.records.push_back(*record);
  co_return page;
}

Awaitable<Page> MemoryStore::do_tail(ListQuery query, CallOptions options) {
  return follow(*this, signal_, std::move(query), options, [] {});
}

Awaitable<std::vector<TaskSummary>> MemoryStore::do_tasks(NameQuery query,
                                                          CallOptions /*options*/) {
  co_return read([&](const auto& index) { return index.tasks(query); });
}

Awaitable<std::vector<RunSummary>> MemoryStore::do_runs(RunQuery query, CallOptions /*options*/) {
  co_return read([&](const auto& index) { return index.runs(query); });
}

Awaitable<std::vector<AgentSummary>> MemoryStore::do_agents(NameQuery query,
                                                            CallOptions /*options*/) {
  co_return read([&](const auto& index) { return index.agents(query); });
}

Awaitable<Lineage> MemoryStore::do_lineage(OutputRef ref, LineageDirection direction,
                                           LineageQuery query, CallOptions options) {
  const auto start = std::chrono::steady_clock::now();
  LineageWalk walk(std::move(ref), direction, std::move(query));
  for (;;) {
    const auto done = read([&](const auto& index) {
      IndexLineageSource source(index);
      return walk.advance(source);
    });
    if (!done) co_return std::unexpected(done.error());
    if (!*done) co_return std::unexpected(done->error());
    if (**done) co_return walk.take();
    // Others have their turn: appends under the mutex, and whoever shares the executor.
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    if (has_timed_out(options, start)) co_return timed_out();
    co_await boost::asio::post(boost::asio::use_awaitable);
  }
}

Awaitable<StoreStats> MemoryStore::do_stats(CallOptions /*options*/) {
  auto stats = read([](const auto& index) { return index.counts(); });
  if (stats) stats->backend = "memory";
  co_return stats;
}

Awaitable<Slice> MemoryStore::do_slice(OutputRef ref, SliceQuery query, CallOptions options) {
  const auto start = std::chrono::steady_clock::now();
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  auto found = find_with_blob(ref);
  if (!found) co_return std::unexpected(std::move(found.error()));
  auto& [record, info] = *found;
  if (!info) {
    const auto stop = [&] { return !check_cancelled(state) || has_timed_out(options, start); };
    auto part = slice::slice_record(*record, query, stop);
    const bool is_late = !part && part.error().kind == ErrorKind::kCancelled &&
                         state.cancelled() == boost::asio::cancellation_type::none;
    if (is_late) co_return timed_out();
    co_return part;
  }
  auto cut = blob_files_.directory.slice(std::move(*info), std::move(query), options);
  auto slice = co_await std::move(cut);
  if (slice) slice->id = std::move(ref);
  co_return slice;
}

Awaitable<SearchPage> MemoryStore::do_search(SearchQuery query, CallOptions options) {
  const auto start = std::chrono::steady_clock::now();
  const auto last_seq = read([](const auto& index) { return index.last_seq(); });
  if (!last_seq) co_return std::unexpected(last_seq.error());
  Search search(std::move(query), *last_seq);
  for (;;) {
    const auto page = read([&](const auto& index) { return index.page(search.next()); });
    if (!page) co_return std::unexpected(page.error());
    if (!search.look(*page)) co_return search.take();
    // As a walk along a lineage gives way to others.
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    if (has_timed_out(options, start)) co_return timed_out();
    co_await boost::asio::post(boost::asio::use_awaitable);
  }
}

Awaitable<VerifyReport> MemoryStore::do_verify(VerifyOptions options) {
  IndexVerification verification;
  for (bool is_done = false; !is_done;) {
    VerifyProgress progress;
    const auto advanced = read([&](const auto& index) {
      is_done = verification.advance(index);
      progress = verification.progress(index);
      return is_done;
    });
    if (!advanced) co_return std::unexpected(advanced.error());
    if (options.on_progress && !options.on_progress(progress)) {
      co_return skep::cancelled();
    }
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    co_await boost::asio::post(boost::asio::use_awaitable);
  }
  co_return verification.take();
}

Awaitable<PruneReport> MemoryStore::do_prune(PruneQuery query, PruneOptions options) {
  auto report = [&]() -> Result<PruneReport> {
    const std::lock_guard lock(mutex_);
    if (closed_) return closed();
    auto pruned = memory::prune(index_, query);
    blobs_.keep([this](const OutputRef& ref) { return index_.find(ref) != nullptr; });
    return pruned;
  }();
  if (!report || query.dry_run) co_return report;
  auto collect = collect_blobs({}, options);
  const auto collected = co_await std::move(collect);
  if (collected) {
    report->blob_count = collected->removed_count;
    report->blob_bytes = collected->removed_bytes;
  }
  co_return report;
}

Awaitable<BackupReport> MemoryStore::do_backup(std::filesystem::path path, BackupOptions options) {
  auto records = read([](const auto& index) { return index.all(); });
  return write_backup(std::move(records), std::move(path), std::move(options));
}

StoreActivity MemoryStore::do_activity() const noexcept {
  const std::lock_guard lock(mutex_);
  return activity_;
}

Awaitable<void> MemoryStore::do_close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  signal_->close();
  co_return Result<void>();
}

Result<MemoryStore::RecordAndBlob> MemoryStore::find_with_blob(const OutputRef& ref) const {
  auto found = read([&](const auto& index) -> RecordAndBlob {
    RecordPtr record = index.find(ref);
    auto info = record != nullptr ? blobs_.find(*record) : std::nullopt;
    return {std::move(record), std::move(info)};
  });
  if (found && found->first == nullptr) return std::unexpected(not_found(ref.str()));
  return found;
}

}  // namespace skep::memory

namespace skep {

std::unique_ptr<OutputStore> make_memory_store(MemoryStoreOptions options) {
  return std::make_unique<memory::MemoryStore>(options);
}

}  // namespace skep
