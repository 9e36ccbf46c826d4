// The store in memory.
#pragma once

#include "memory/blob_map.hpp"
#include "memory/key_map.hpp"
#include "memory/record_index.hpp"
#include "store/activity.hpp"
#include "store/append_signal.hpp"
#include "store/id_generator.hpp"

#include <skep/memory_store.hpp>

#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace skep::memory {

/// The mutex guards all but the signal and the files of blobs; records are shared, immutable and
/// copied outside of it. No coroutine holds it while it is suspended.
class MemoryStore final : public OutputStore {
 public:
  explicit MemoryStore(const MemoryStoreOptions& options)
      : OutputStore(options.max_body_bytes), max_blob_bytes_(options.max_blob_bytes) {}

 private:
  Awaitable<OutputRef> do_append(AppendRequest request, CallOptions options) override;
  Awaitable<std::vector<OutputRef>> do_append_all(std::vector<AppendRequest> requests,
                                                  AppendOptions options) override;
  Awaitable<OutputRef> do_append_blob(AppendRequest request, std::shared_ptr<BlobSource> source,
                                      AppendOptions options) override;
  Awaitable<BlobInfo> do_put_blob(std::shared_ptr<BlobSource> source, CallOptions options) override;
  Awaitable<std::shared_ptr<BlobReader>> do_open_blob(OutputRef ref, CallOptions options) override;
  Awaitable<BlobCollection> do_collect_blobs(BlobCollectQuery query, CallOptions options) override;
  Awaitable<ImportResult> do_import_records(std::vector<OutputRecord> records,
                                            ImportOptions options) override;
  Awaitable<OutputRecord> do_get(OutputRef ref, CallOptions options) override;
  Awaitable<OutputRecord> do_get_latest_by_name(std::string name, CallOptions options) override;
  Awaitable<OutputRecord> do_get_latest_by_name_in_run(std::string task_id, std::uint32_t attempt,
                                                       std::string name,
                                                       CallOptions options) override;
  Awaitable<Page> do_list(ListQuery query, CallOptions options) override;
  Awaitable<Page> do_tail(ListQuery query, CallOptions options) override;
  Awaitable<std::vector<TaskSummary>> do_tasks(NameQuery query, CallOptions options) override;
  Awaitable<std::vector<RunSummary>> do_runs(RunQuery query, CallOptions options) override;
  Awaitable<std::vector<AgentSummary>> do_agents(NameQuery query, CallOptions options) override;
  Awaitable<Lineage> do_lineage(OutputRef ref, LineageDirection direction, LineageQuery query,
                                CallOptions options) override;
  Awaitable<StoreStats> do_stats(CallOptions options) override;
  Awaitable<Slice> do_slice(OutputRef ref, SliceQuery query, CallOptions options) override;
  Awaitable<SearchPage> do_search(SearchQuery query, CallOptions options) override;
  Awaitable<VerifyReport> do_verify(VerifyOptions options) override;
  Awaitable<PruneReport> do_prune(PruneQuery query, PruneOptions options) override;
  Awaitable<BackupReport> do_backup(std::filesystem::path path, BackupOptions options) override;
  [[nodiscard]] StoreActivity do_activity() const noexcept override;
  Awaitable<void> do_close() override;

  static std::unexpected<Error> closed() { return fail(ErrorKind::kClosed, "the store is closed"); }

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

  using RecordAndBlob = std::pair<RecordPtr, std::optional<BlobInfo>>;

  [[nodiscard]] Result<RecordAndBlob> find_with_blob(const OutputRef& ref) const;
  [[nodiscard]] Result<std::vector<bool>> remove_unused(
      const std::vector<blob::Candidate>& candidates, const BlobCollectQuery& query) const;

  // Of a blob there is one request.
  [[nodiscard]] Result<std::vector<OutputRef>> store(std::vector<AppendRequest> requests,
                                                     const std::optional<std::string>& key,
                                                     const blob::StoredBlob* stored = nullptr);
  // The next two require the mutex.
  OutputRef add(AppendRequest request, Timestamp created_at);
  [[nodiscard]] Result<ImportResult> import(std::vector<OutputRecord> records, bool adopts);

  template <class Find>
  auto read(Find find) const -> Result<decltype(find(std::declval<const RecordIndex&>()))> {
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
  RecordIndex index_;
  KeyMap keys_;
  BlobMap blobs_;
  OutputRefGenerator ids_;
  StoreActivity activity_;
  const std::shared_ptr<AppendSignal> signal_ = std::make_shared<AppendSignal>();
  bool closed_ = false;
  const std::uint64_t max_blob_bytes_;
  BlobFiles blob_files_;
};

}  // namespace skep::memory
