#include <skep/memory_store.hpp>

#include "memory/record_index.hpp"
#include "store/id_generator.hpp"
#include "store/not_found.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <utility>

namespace skep {
namespace {

using memory::RecordPtr;

// The mutex guards the index; records are shared, immutable and copied outside of it. No coroutine
// here awaits anything, so none holds the mutex while it is suspended.
class MemoryStore final : public OutputStore {
 public:
  explicit MemoryStore(std::size_t max_body_bytes) : OutputStore(max_body_bytes) {}

 private:
  Awaitable<OutputRef> do_append(AppendRequest request, CallOptions /*options*/) override {
    const std::lock_guard lock(mutex_);
    if (closed_) co_return closed();
    co_return add(std::move(request), now());
  }

  Awaitable<std::vector<OutputRef>> do_append_all(std::vector<AppendRequest> requests,
                                                  CallOptions /*options*/) override {
    const std::lock_guard lock(mutex_);
    if (closed_) co_return closed();
    std::vector<OutputRef> refs;
    refs.reserve(requests.size());
    const Timestamp created_at = now();
    for (AppendRequest& request : requests) refs.push_back(add(std::move(request), created_at));
    co_return refs;
  }

  Awaitable<ImportResult> do_import_records(std::vector<OutputRecord> records,
                                            CallOptions /*options*/) override {
    const std::lock_guard lock(mutex_);
    if (closed_) co_return closed();
    co_return import(std::move(records));
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

  Awaitable<Page> do_list(ListQuery query, CallOptions /*options*/) override {
    const auto found = read([&](const auto& index) { return index.page(query); });
    if (!found) co_return std::unexpected(found.error());
    Page page;
    page.next_after_seq = found->next_after_seq;
    page.listing.records.reserve(found->records.size());
    for (const RecordPtr& record : found->records) page.listing.records.push_back(*record);
    co_return page;
  }

  Awaitable<std::vector<TaskSummary>> do_tasks(NameQuery query, CallOptions /*options*/) override {
    co_return read([&](const auto& index) { return index.tasks(query); });
  }

  Awaitable<std::vector<AgentSummary>> do_agents(NameQuery query,
                                                 CallOptions /*options*/) override {
    co_return read([&](const auto& index) { return index.agents(query); });
  }

  Awaitable<StoreStats> do_stats(CallOptions /*options*/) override {
    auto stats = read([](const auto& index) { return index.counts(); });
    if (stats) stats->backend = "memory";
    co_return stats;
  }

  Awaitable<void> do_close() override {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    co_return Result<void>();
  }

  static std::unexpected<Error> closed() { return fail(ErrorKind::kClosed, "the store is closed"); }

  static Timestamp now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
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
  OutputRefGenerator ids_;
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<OutputStore> make_memory_store(MemoryStoreOptions options) {
  return std::make_unique<MemoryStore>(options.max_body_bytes);
}

}  // namespace skep
