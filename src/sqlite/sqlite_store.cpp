#include "sqlite/sqlite_store.hpp"

#include "sqlite/checkpoint.hpp"
#include "sqlite/open.hpp"
#include "sqlite/read.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/search_schema.hpp"
#include "sqlite/submit.hpp"
#include "sqlite/write.hpp"

#include <utility>

namespace skep::sqlite {
namespace {

using Refs = std::vector<OutputRef>;

constexpr std::size_t kMaxQueuedReads = 65'536;

// How read-only connections of the file are opened; nothing for a database in memory.
PooledReads::OpenReader reader_of(const std::string& path, const SqliteStoreOptions& options) {
  if (path.empty()) return {};
  return [path, timeout = options.busy_timeout] { return open_reader(path, timeout); };
}

}  // namespace

SqliteStore::SqliteStore(std::string path, const SqliteStoreOptions& options)
    : OutputStore(options.max_body_bytes),
      path_(std::move(path)),
      max_blob_bytes_(options.max_blob_bytes),
      temporary_(path_.empty() ? std::make_optional<blob::TemporaryDirectory>() : std::nullopt),
      blobs_(blob_directory()),
      writer_(start_writer(path_, options)),
      appends_(std::make_shared<AppendQueue>(
          writer_.isle,
          AppendQueueLimits{options.max_commit_count, options.max_commit_bytes,
                            options.max_queued_count, options.max_queued_bytes},
          signal_)),
      indexing_(std::make_shared<BackgroundIndexing>(writer_.isle, signal_)),
      reads_(std::make_shared<PooledReads>(writer_.isle, reader_of(path_, options),
                                           options.reader_count)) {
  if (path_.empty()) return;
  const auto open_reader = reader_of(path_, options);
  short_reads_ = std::make_shared<ShortReads>(open_reader, kMaxQueuedReads);
  foreign_commits_ = std::make_shared<ForeignCommits>(open_reader, signal_);
}

SqliteStore::~SqliteStore() {
  appends_->close();
  signal_->close();
  indexing_->close();
  // The writer is the last to leave: closing then, it moves the write-ahead log into the file.
  if (foreign_commits_) foreign_commits_->close();
  if (short_reads_) short_reads_->close();
  reads_->shutdown();
}

Awaitable<void> SqliteStore::wait_until_open() {
  auto ask = [](Connection& connection) { return has_search_index(connection); };
  const auto has_index = co_await writer_.isle.call(ask);
  if (!has_index) co_return std::unexpected(has_index.error());
  if (*has_index) indexing_->start();
  co_return Result<void>();
}

Awaitable<OutputRef> SqliteStore::do_append(AppendRequest request, CallOptions options) {
  return submit<PendingInsert<EncodedAppend, OutputRef>, OutputRef>(
      appends_, EncodedAppend(std::move(request)), options);
}

Awaitable<std::vector<OutputRef>> SqliteStore::do_append_all(std::vector<AppendRequest> requests,
                                                             AppendOptions options) {
  std::vector<EncodedAppend> encoded;
  encoded.reserve(requests.size());
  for (auto& request : requests) encoded.emplace_back(std::move(request));
  return append_encoded(std::move(encoded), std::move(options));
}

Awaitable<std::vector<OutputRef>> SqliteStore::append_encoded(std::vector<EncodedAppend> encoded,
                                                              AppendOptions options) {
  if (options.idempotency_key) {
    KeyedAppends keyed(std::move(*options.idempotency_key), std::move(encoded));
    return submit<PendingInsert<KeyedAppends, Refs>, Refs>(appends_, std::move(keyed), options);
  }
  return submit<PendingInsert<std::vector<EncodedAppend>, Refs>, Refs>(appends_, std::move(encoded),
                                                                       options);
}

Awaitable<ImportResult> SqliteStore::do_import_records(std::vector<OutputRecord> records,
                                                       ImportOptions options) {
  auto job = [imported = std::move(records), signal = signal_, adopts = options.adopt_blobs,
              blobs = blobs_.path()](Connection& connection) mutable {
    auto result = sqlite::import_records(connection, imported, adopts ? &blobs : nullptr);
    if (result) {
      if (const auto last_seq = read_last_seq(connection)) signal->set(*last_seq);
    }
    checkpoint_if_due(connection);
    return result;
  };
  co_return co_await writer_.isle.call(std::move(job), options);
}

StoreActivity SqliteStore::do_activity() const noexcept { return appends_->activity(); }

Awaitable<void> SqliteStore::do_close() {
  appends_->close();
  signal_->close();
  // Ending readers joins their threads, which is a wait: it belongs on the writer's thread, where
  // it also comes after the commit that may be under way.
  auto end_readers = [indexing = indexing_, foreign_commits = foreign_commits_,
                      short_reads = short_reads_, reads = reads_, &blobs = blobs_](Connection&) {
    blobs.close();
    indexing->close();
    if (foreign_commits) foreign_commits->close();
    if (short_reads) short_reads->close();
    reads->shutdown();
  };
  const auto ended = co_await writer_.isle.call(std::move(end_readers));
  if (!ended && ended.error().kind != ErrorKind::kClosed) co_return ended;
  co_return co_await writer_.driver.shutdown();
}

}  // namespace skep::sqlite
