// The store for programs without an event loop: each call blocks until its answer is there.
#pragma once

#include <skep/compare.hpp>
#include <skep/output_store.hpp>
#include <skep/run_export.hpp>
#include <skep/sqlite_store.hpp>

#include <memory>

namespace skep {

/// Owns a store and runs each operation to its end on the calling thread. The operations, their
/// errors and their options are those of `OutputStore`.
/// Thread-safety: as `OutputStore`. Never call it from a coroutine or an event loop.
class BlockingStore {
 public:
  explicit BlockingStore(std::unique_ptr<OutputStore> store);
  BlockingStore(BlockingStore&&) noexcept;
  BlockingStore& operator=(BlockingStore&&) noexcept;
  ~BlockingStore();

  /// See `open_sqlite_store`.
  [[nodiscard]] static Result<BlockingStore> open_sqlite(const std::filesystem::path& path,
                                                         SqliteStoreOptions options = {});

  [[nodiscard]] Result<OutputRef> append(AppendRequest request, AppendOptions options = {});
  [[nodiscard]] Result<std::vector<OutputRef>> append_all(std::vector<AppendRequest> requests,
                                                          AppendOptions options = {});
  [[nodiscard]] Result<OutputRef> append_blob(AppendRequest request,
                                              std::shared_ptr<BlobSource> source,
                                              AppendOptions options = {});
  [[nodiscard]] Result<BlobInfo> put_blob(std::shared_ptr<BlobSource> source,
                                          CallOptions options = {});
  [[nodiscard]] Result<std::shared_ptr<BlobReader>> open_blob(OutputRef ref,
                                                              CallOptions options = {});
  /// See `BlobReader::read`.
  [[nodiscard]] static Result<std::string> read_blob(BlobReader& reader, std::uint64_t offset,
                                                     std::size_t max_bytes = kBlobPieceBytes);
  [[nodiscard]] Result<BlobCollection> collect_blobs(BlobCollectQuery query = {},
                                                     CallOptions options = {});
  [[nodiscard]] Result<ImportResult> import_records(std::vector<OutputRecord> records,
                                                    ImportOptions options = {});
  [[nodiscard]] Result<OutputRecord> get(OutputRef ref, CallOptions options = {});
  [[nodiscard]] Result<OutputRecord> get_latest_by_name(std::string name, CallOptions options = {});
  [[nodiscard]] Result<OutputRecord> get_latest_by_name_in_run(std::string task_id,
                                                               std::uint32_t attempt,
                                                               std::string name,
                                                               CallOptions options = {});
  [[nodiscard]] Result<Listing> list_for_attempt(std::string task_id, std::uint32_t attempt,
                                                 CallOptions options = {});
  [[nodiscard]] Result<Page> list(ListQuery query, CallOptions options = {});
  [[nodiscard]] Result<Page> tail(ListQuery query, CallOptions options = {});
  [[nodiscard]] Result<std::vector<TaskSummary>> tasks(NameQuery query = {},
                                                       CallOptions options = {});
  [[nodiscard]] Result<std::vector<RunSummary>> runs(RunQuery query = {}, CallOptions options = {});
  [[nodiscard]] Result<std::vector<AgentSummary>> agents(NameQuery query = {},
                                                         CallOptions options = {});
  [[nodiscard]] Result<Lineage> ancestors(OutputRef ref, LineageQuery query = {},
                                          CallOptions options = {});
  [[nodiscard]] Result<Lineage> descendants(OutputRef ref, LineageQuery query = {},
                                            CallOptions options = {});
  [[nodiscard]] Result<StoreStats> stats(CallOptions options = {});
  [[nodiscard]] Result<SearchPage> search(SearchQuery query, CallOptions options = {});
  [[nodiscard]] Result<Slice> slice(OutputRef ref, SliceQuery query = {}, CallOptions options = {});

  [[nodiscard]] Result<VerifyReport> verify(VerifyOptions options = {});

  /// See `verify_sqlite_file`.
  [[nodiscard]] static Result<VerifyReport> verify_sqlite_file(const std::filesystem::path& path,
                                                               VerifyOptions options = {});

  [[nodiscard]] Result<PruneReport> prune(PruneQuery query, PruneOptions options = {});
  [[nodiscard]] Result<BackupReport> backup(std::filesystem::path path, BackupOptions options = {});

  /// See `restore_sqlite_store`.
  [[nodiscard]] static Result<RestoreReport> restore_sqlite(const std::filesystem::path& file,
                                                            const std::filesystem::path& path,
                                                            BackupOptions options = {});

  /// See `skep::compare_runs`.
  [[nodiscard]] Result<RunDiff> compare_runs(RunId left, RunId right, CompareOptions options = {});

  /// The next piece of an export of this store: see `RunExport::next`.
  [[nodiscard]] Result<std::optional<std::string>> next_piece(RunExport& run_export,
                                                              CallOptions options = {});
  [[nodiscard]] Result<void> close();

  /// The store behind this façade; lives as long as it.
  [[nodiscard]] OutputStore& async() noexcept { return *store_; }

 private:
  std::unique_ptr<OutputStore> store_;
};

}  // namespace skep
