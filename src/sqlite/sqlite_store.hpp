// The store on one SQLite file, or on a database in memory.
#pragma once

#include "blob/directory.hpp"
#include "blob/temporary_directory.hpp"
#include "sqlite/append_queue.hpp"
#include "sqlite/background_indexing.hpp"
#include "sqlite/foreign_commits.hpp"
#include "sqlite/point_query.hpp"
#include "sqlite/pooled_reads.hpp"
#include "sqlite/short_reads.hpp"

#include <skep/output_store.hpp>
#include <skep/sqlite_store.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace skep::sqlite {

/// Appends and all other changes run on the writer's isle; reads of one record, and short lists, on
/// connections that callers share, and all others on a pool.
class SqliteStore final : public OutputStore {
 public:
  /// `path` is absolute, or empty for a database in memory.
  SqliteStore(std::string path, const SqliteStoreOptions& options);
  ~SqliteStore() override;

  /// Ends with the error with which the writer failed to open, if it did.
  Awaitable<void> wait_until_open();

 private:
  [[nodiscard]] std::filesystem::path blob_directory() const;
  Awaitable<OutputRecord> read_one(PointQuery query, CallOptions options);
  Awaitable<std::vector<OutputRef>> append_encoded(std::vector<EncodedAppend> encoded,
                                                   AppendOptions options);
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
  Awaitable<VerifyReport> do_verify(VerifyOptions options) override;
  Awaitable<PruneReport> do_prune(PruneQuery query, PruneOptions options) override;
  Awaitable<BackupReport> do_backup(std::filesystem::path path, BackupOptions options) override;
  Awaitable<SearchPage> do_search(SearchQuery query, CallOptions options) override;
  [[nodiscard]] StoreActivity do_activity() const noexcept override;
  Awaitable<void> do_close() override;

  const std::string path_;
  const std::uint64_t max_blob_bytes_;
  const std::optional<blob::TemporaryDirectory> temporary_;  // of a database in memory
  blob::Directory blobs_;
  StartedIsle<Connection> writer_;
  const std::shared_ptr<AppendSignal> signal_ = std::make_shared<AppendSignal>();
  std::shared_ptr<AppendQueue> appends_;
  const std::shared_ptr<BackgroundIndexing> indexing_;
  const std::shared_ptr<PooledReads> reads_;
  std::atomic<std::size_t> lists_in_flight_ = 0;
  // Only of a file: a database in memory belongs to one connection, whose isle reads too.
  std::shared_ptr<ShortReads> short_reads_;
  std::shared_ptr<ForeignCommits> foreign_commits_;
};

}  // namespace skep::sqlite
