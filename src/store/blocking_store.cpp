#include <skep/blocking_store.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace skep {
namespace {

// Runs `operation` to its end on this thread, in an event loop of its own.
template <class T>
Result<T> run(Awaitable<T> operation) {
  std::optional<Result<T>> answer;
  try {
    boost::asio::io_context context(1);
    boost::asio::co_spawn(context, std::move(operation),
                          [&answer](std::exception_ptr thrown, Result<T> result) {
                            if (thrown) std::rethrow_exception(thrown);
                            answer.emplace(std::move(result));
                          });
    context.run();
  } catch (const std::exception& exception) {
    Error error(ErrorKind::kInternal, std::string("the operation threw: ") + exception.what());
    error.outcome = Outcome::kInDoubt;  // a write may have been under way
    return std::unexpected(std::move(error));
  }
  return std::move(*answer);
}

}  // namespace

BlockingStore::BlockingStore(std::unique_ptr<OutputStore> store) : store_(std::move(store)) {}
BlockingStore::BlockingStore(BlockingStore&&) noexcept = default;
BlockingStore& BlockingStore::operator=(BlockingStore&&) noexcept = default;
BlockingStore::~BlockingStore() = default;

Result<BlockingStore> BlockingStore::open_sqlite(const std::filesystem::path& path,
                                                 SqliteStoreOptions options) {
  auto store = run(open_sqlite_store(path, options));
  if (!store) return std::unexpected(std::move(store.error()));
  return BlockingStore(std::move(*store));
}

Result<OutputRef> BlockingStore::append(AppendRequest request, AppendOptions options) {
  return run(store_->append(std::move(request), std::move(options)));
}

Result<std::vector<OutputRef>> BlockingStore::append_all(std::vector<AppendRequest> requests,
                                                         AppendOptions options) {
  return run(store_->append_all(std::move(requests), std::move(options)));
}

Result<OutputRef> BlockingStore::append_blob(AppendRequest request,
                                             std::shared_ptr<BlobSource> source,
                                             AppendOptions options) {
  return run(store_->append_blob(std::move(request), std::move(source), std::move(options)));
}

Result<BlobInfo> BlockingStore::put_blob(std::shared_ptr<BlobSource> source, CallOptions options) {
  return run(store_->put_blob(std::move(source), options));
}

Result<std::shared_ptr<BlobReader>> BlockingStore::open_blob(OutputRef ref, CallOptions options) {
  return run(store_->open_blob(std::move(ref), options));
}

Result<std::string> BlockingStore::read_blob(BlobReader& reader, std::uint64_t offset,
                                             std::size_t max_bytes) {
  return run(reader.read(offset, max_bytes));
}

Result<BlobCollection> BlockingStore::collect_blobs(BlobCollectQuery query, CallOptions options) {
  return run(store_->collect_blobs(query, options));
}

Result<ImportResult> BlockingStore::import_records(std::vector<OutputRecord> records,
                                                   ImportOptions options) {
  return run(store_->import_records(std::move(records), options));
}

Result<OutputRecord> BlockingStore::get(OutputRef ref, CallOptions options) {
  return run(store_->get(std::move(ref), options));
}

Result<OutputRecord> BlockingStore::get_latest_by_name(std::string name, CallOptions options) {
  return run(store_->get_latest_by_name(std::move(name), options));
}

Result<OutputRecord> BlockingStore::get_latest_by_name_in_run(std::string task_id,
                                                              std::uint32_t attempt,
                                                              std::string name,
                                                              CallOptions options) {
  return run(
      store_->get_latest_by_name_in_run(std::move(task_id), attempt, std::move(name), options));
}

Result<Listing> BlockingStore::list_for_attempt(std::string task_id, std::uint32_t attempt,
                                                CallOptions options) {
  return run(store_->list_for_attempt(std::move(task_id), attempt, options));
}

Result<Page> BlockingStore::list(ListQuery query, CallOptions options) {
  return run(store_->list(std::move(query), options));
}

Result<Page> BlockingStore::tail(ListQuery query, CallOptions options) {
  return run(store_->tail(std::move(query), options));
}

Result<std::vector<TaskSummary>> BlockingStore::tasks(NameQuery query, CallOptions options) {
  return run(store_->tasks(std::move(query), options));
}

Result<std::vector<RunSummary>> BlockingStore::runs(RunQuery query, CallOptions options) {
  return run(store_->runs(std::move(query), options));
}

Result<std::vector<AgentSummary>> BlockingStore::agents(NameQuery query, CallOptions options) {
  return run(store_->agents(std::move(query), options));
}

Result<Lineage> BlockingStore::ancestors(OutputRef ref, LineageQuery query, CallOptions options) {
  return run(store_->ancestors(std::move(ref), std::move(query), options));
}

Result<Lineage> BlockingStore::descendants(OutputRef ref, LineageQuery query, CallOptions options) {
  return run(store_->descendants(std::move(ref), std::move(query), options));
}

Result<StoreStats> BlockingStore::stats(CallOptions options) { return run(store_->stats(options)); }

Result<Slice> BlockingStore::slice(OutputRef ref, SliceQuery query, CallOptions options) {
  return run(store_->slice(std::move(ref), std::move(query), options));
}

Result<SearchPage> BlockingStore::search(SearchQuery query, CallOptions options) {
  return run(store_->search(std::move(query), options));
}

Result<VerifyReport> BlockingStore::verify(VerifyOptions options) {
  return run(store_->verify(std::move(options)));
}

Result<VerifyReport> BlockingStore::verify_sqlite_file(const std::filesystem::path& path,
                                                       VerifyOptions options) {
  return run(skep::verify_sqlite_file(path, std::move(options)));
}

Result<PruneReport> BlockingStore::prune(PruneQuery query, PruneOptions options) {
  return run(store_->prune(std::move(query), std::move(options)));
}

Result<BackupReport> BlockingStore::backup(std::filesystem::path path, BackupOptions options) {
  return run(store_->backup(std::move(path), std::move(options)));
}

Result<RestoreReport> BlockingStore::restore_sqlite(const std::filesystem::path& file,
                                                    const std::filesystem::path& path,
                                                    BackupOptions options) {
  return run(restore_sqlite_store(file, path, std::move(options)));
}

Result<RunDiff> BlockingStore::compare_runs(RunId left, RunId right, CompareOptions options) {
  return run(skep::compare_runs(*store_, std::move(left), std::move(right), options));
}

Result<std::optional<std::string>> BlockingStore::next_piece(RunExport& run_export,
                                                             CallOptions options) {
  return run(run_export.next(options));
}

Result<void> BlockingStore::close() { return run(store_->close()); }

}  // namespace skep
