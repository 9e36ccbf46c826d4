#include <skep/memory_store.hpp>

#include "memory/key_map.hpp"
#include "memory/lineage_source.hpp"
#include "memory/record_index.hpp"
#include "slice/slice.hpp"
#include "store/activity.hpp"
#include "store/cancelled.hpp"
#include "store/follow.hpp"
#include "store/id_generator.hpp"
#include "store/key_reused.hpp"
#include "store/not_found.hpp"
#include "store/remaining.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <map>
#include <mutex>
#include <utility>

namespace skep {
namespace {

using memory::RecordPtr;

// The mutex guards all but the signal; records are shared, immutable and copied outside of it. No
// coroutine here awaits anything, so none holds the mutex while it is suspended.
class MemoryStore final : public OutputStore {
 public:
  explicit MemoryStore(std::size_t max_body_bytes) : OutputStore(max_body_bytes) {}

 private:
  Awaitable<OutputRef> do_append(AppendRequest request, CallOptions /*options*/) override {
    std::vector<AppendRequest> requests;
    requests.push_back(std::move(request));
    auto refs = store(std::move(requests), std::nullopt);
    if (!refs) co_return std::unexpected(std::move(refs.error()));
    co_return std::move(refs->front());
  }

  Awaitable<std::vector<OutputRef>> do_append_all(std::vector<AppendRequest> requests,
                                                  AppendOptions options) override {
    co_return store(std::move(requests), options.idempotency_key);
  }

  Awaitable<ImportResult> do_import_records(std::vector<OutputRecord> records,
                                            CallOptions /*options*/) override {
    co_return change([&]() -> Result<ImportResult> { return import(std::move(records)); });
  }

  Awaitable<OutputRecord> do_get(OutputRef ref, CallOptions /*options*/) override {
    const auto found = read([&](const auto& index) { return index.find(ref); });
    co_return copy(found, [&] { return not_found(ref.str()); });
  }

  Awaitable<OutputRecord> do_get_latest_by_name(std::string name,
                                                CallOptions /*options*/) override {
    const auto found = read([&](const auto& index) { return index.latest(name); });
    co_return copy(found, [&] { return not_found(name); });
  }

  Awaitable<OutputRecord> do_get_latest_by_name_in_run(std::string task_id, std::uint32_t attempt,
                                                       std::string name,
                                                       CallOptions /*options*/) override {
    const auto found =
        read([&](const auto& index) { return index.latest_in_run(task_id, attempt, name); });
    co_return copy(found, [&] { return not_found(task_id, attempt, name); });
  }

  Awaitable<Page> do_list(ListQuery query, CallOptions options) override {
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

  Awaitable<Page> do_tail(ListQuery query, CallOptions options) override {
    return follow(*this, signal_, std::move(query), options, [] {});
  }

  Awaitable<std::vector<TaskSummary>> do_tasks(NameQuery query, CallOptions /*options*/) override {
    co_return read([&](const auto& index) { return index.tasks(query); });
  }

  Awaitable<std::vector<RunSummary>> do_runs(RunQuery query, CallOptions /*options*/) override {
    co_return read([&](const auto& index) { return index.runs(query); });
  }

  Awaitable<std::vector<AgentSummary>> do_agents(NameQuery query,
                                                 CallOptions /*options*/) override {
    co_return read([&](const auto& index) { return index.agents(query); });
  }

  Awaitable<Lineage> do_lineage(OutputRef ref, LineageDirection direction, LineageQuery query,
                                CallOptions options) override {
    const auto start = std::chrono::steady_clock::now();
    LineageWalk walk(std::move(ref), direction, std::move(query));
    for (;;) {
      const auto done = read([&](const auto& index) {
        memory::IndexLineageSource source(index);
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

  Awaitable<StoreStats> do_stats(CallOptions /*options*/) override {
    auto stats = read([](const auto& index) { return index.counts(); });
    if (stats) stats->backend = "memory";
    co_return stats;
  }

  Awaitable<Slice> do_slice(OutputRef ref, SliceQuery query, CallOptions options) override {
    const auto start = std::chrono::steady_clock::now();
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    const auto found = read([&](const auto& index) { return index.find(ref); });
    if (!found) co_return std::unexpected(found.error());
    if (*found == nullptr) co_return std::unexpected(not_found(ref.str()));
    const auto stop = [&] { return !check_cancelled(state) || has_timed_out(options, start); };
    auto part = slice::slice_record(**found, query, stop);
    const bool is_late = !part && part.error().kind == ErrorKind::kCancelled &&
                         state.cancelled() == boost::asio::cancellation_type::none;
    if (is_late) co_return timed_out();
    co_return part;
  }

  [[nodiscard]] StoreActivity do_activity() const noexcept override {
    const std::lock_guard lock(mutex_);
    return activity_;
  }

  Awaitable<void> do_close() override {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    signal_->close();
    co_return Result<void>();
  }

  static std::unexpected<Error> closed() { return fail(ErrorKind::kClosed, "the store is closed"); }

  static Timestamp now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }

  // Does what changes the store, and tells those who wait for it.
  template <class Change>
  auto change(Change apply) -> decltype(apply()) {
    std::int64_t last_seq = 0;
    auto result = [&]() -> decltype(apply()) {
      const std::lock_guard lock(mutex_);
      if (closed_) return closed();
      const std::int64_t seq_before = index_.last_seq();
      auto applied = apply();
      last_seq = index_.last_seq();
      if (last_seq != seq_before) {
        count_commit(activity_, static_cast<std::uint64_t>(last_seq - seq_before));
      }
      return applied;
    }();
    if (last_seq != 0) signal_->set(last_seq);
    return result;
  }

  Result<std::vector<OutputRef>> store(std::vector<AppendRequest> requests,
                                       const std::optional<std::string>& key) {
    std::optional<RequestHash> hash;
    if (key) hash = memory::hash_of(requests);
    return change([&]() -> Result<std::vector<OutputRef>> {
      const Timestamp created_at = now();
      if (key) {
        const auto known = keys_.find(*key, created_at);
        if (known && known->hash != *hash) return std::unexpected(key_reused(*key));
        if (known) return known->refs;
      }
      std::vector<OutputRef> refs;
      refs.reserve(requests.size());
      for (AppendRequest& request : requests) refs.push_back(add(std::move(request), created_at));
      if (key) keys_.add(*key, {*hash, refs, created_at});
      return refs;
    });
  }

  // Under the mutex.
  OutputRef add(AppendRequest request, Timestamp created_at) {
    OutputRecord record;
    record.id = ids_.next();
    while (index_.find(record.id)) {
      ids_.reseed();
      record.id = ids_.next();
    }
    record.task_id = std::move(request.task_id);
    record.attempt = request.attempt;
    record.producer_agent = std::move(request.producer_agent);
    record.event = std::move(request.event);
    record.parent_refs = std::move(request.parent_refs);
    record.created_at = created_at;
    OutputRef id = record.id;
    index_.add(std::move(record));
    return id;
  }

  // Under the mutex. Looks at every record before it stores the first.
  Result<ImportResult> import(std::vector<OutputRecord> records) {
    ImportResult result;
    std::map<OutputRef, const OutputRecord*> added;
    std::vector<OutputRecord*> to_add;
    for (OutputRecord& record : records) {
      const RecordPtr stored = index_.find(record.id);
      const OutputRecord* present = stored.get();
      if (present == nullptr) {
        const auto [entry, is_new] = added.emplace(record.id, &record);
        if (!is_new) present = entry->second;
      }
      if (present == nullptr) {
        to_add.push_back(&record);
        ++result.added_count;
      } else if (*present == record) {
        ++result.present_count;
      } else {
        return fail(ErrorKind::kConflict,
                    "record " + record.id.str() + " is in the store already, and differs");
      }
    }
    for (OutputRecord* record : to_add) index_.add(std::move(*record));
    return result;
  }

  template <class Find>
  auto read(Find find) const -> Result<decltype(find(std::declval<const memory::RecordIndex&>()))> {
    const std::lock_guard lock(mutex_);
    if (closed_) return closed();
    return find(index_);
  }

  template <class Otherwise>
  static Result<OutputRecord> copy(const Result<RecordPtr>& found, Otherwise otherwise) {
    if (!found) return std::unexpected(found.error());
    if (*found == nullptr) return std::unexpected(otherwise());
    return **found;
  }

  mutable std::mutex mutex_;
  memory::RecordIndex index_;
  memory::KeyMap keys_;
  OutputRefGenerator ids_;
  StoreActivity activity_;
  const std::shared_ptr<AppendSignal> signal_ = std::make_shared<AppendSignal>();
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<OutputStore> make_memory_store(MemoryStoreOptions options) {
  return std::make_unique<MemoryStore>(options.max_body_bytes);
}

}  // namespace skep
