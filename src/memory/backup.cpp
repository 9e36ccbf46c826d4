#include "memory/backup.hpp"

#include "store/cancelled.hpp"
#include "store/remaining.hpp"
#include "store/validate.hpp"

#include <skep/sqlite_store.hpp>

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <limits>
#include <utility>

namespace skep::memory {
namespace {

// What one transaction of the new file takes in.
constexpr std::size_t kBatchRecords = 1'000;
constexpr std::size_t kBatchBytes = std::size_t{16} << 20U;

std::vector<OutputRecord> next_batch(const std::vector<RecordPtr>& records, std::size_t& next) {
  std::vector<OutputRecord> batch;
  for (std::size_t bytes = 0;
       next < records.size() && batch.size() < kBatchRecords && bytes < kBatchBytes; ++next) {
    batch.push_back(*records[next]);
    bytes += text_bytes(records[next]->event);
  }
  return batch;
}

}  // namespace

Awaitable<BackupReport> write_backup(Result<std::vector<RecordPtr>> records,
                                     std::filesystem::path path, BackupOptions options) {
  const auto started = std::chrono::steady_clock::now();
  if (!records) co_return std::unexpected(std::move(records.error()));
  const CallOptions call_options = options;
  SqliteStoreOptions store_options;
  store_options.max_body_bytes = std::numeric_limits<std::int32_t>::max();
  auto opened = co_await open_sqlite_store_in_memory(store_options);
  if (!opened) co_return std::unexpected(std::move(opened.error()));
  OutputStore& store = **opened;
  for (std::size_t next = 0; next < records->size();) {
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    auto batch = next_batch(*records, next);
    auto import = store.import_records(std::move(batch), remaining(call_options, started));
    const auto imported = co_await std::move(import);
    if (!imported) co_return std::unexpected(imported.error());
  }
  const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
  if (!cancelled) co_return std::unexpected(cancelled.error());
  auto operation = store.backup(std::move(path), std::move(options));
  co_return co_await std::move(operation);
}

}  // namespace skep::memory
