#include "blob/layout.hpp"
#include "sqlite/blobs.hpp"
#include "sqlite/read.hpp"
#include "sqlite/sqlite_store.hpp"
#include "store/cancelled.hpp"
#include "store/remaining.hpp"

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <utility>

namespace skep::sqlite {

std::filesystem::path SqliteStore::blob_directory() const {
  return blob::directory_of(temporary_ ? temporary_->path() / "outputs"
                                       : std::filesystem::path(path_));
}

Awaitable<OutputRef> SqliteStore::do_append_blob(AppendRequest request,
                                                 std::shared_ptr<BlobSource> source,
                                                 AppendOptions options) {
  const auto started = std::chrono::steady_clock::now();
  const CallOptions call_options = options;
  auto stored = co_await blobs_.put(std::move(source), max_blob_bytes_, call_options);
  if (!stored) co_return std::unexpected(std::move(stored.error()));
  const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
  if (!cancelled) co_return std::unexpected(cancelled.error());
  blob::place(request.event, *stored);
  std::vector<EncodedAppend> encoded;
  std::string placeless_json = blob::placeless_json(request.event);
  EncodedAppend& append = encoded.emplace_back(std::move(request));
  append.placeless_json = std::move(placeless_json);
  append.blob = std::move(*stored);
  options.timeout = remaining(call_options, started).timeout;
  auto appended = append_encoded(std::move(encoded), std::move(options));
  auto refs = co_await std::move(appended);
  if (!refs) co_return std::unexpected(std::move(refs.error()));
  co_return std::move(refs->front());
}

Awaitable<BlobInfo> SqliteStore::do_put_blob(std::shared_ptr<BlobSource> source,
                                             CallOptions options) {
  const auto stored = co_await blobs_.put(std::move(source), max_blob_bytes_, options);
  if (!stored) co_return std::unexpected(stored.error());
  co_return blob::info_of(*stored);
}

Awaitable<std::shared_ptr<BlobReader>> SqliteStore::do_open_blob(OutputRef ref,
                                                                 CallOptions options) {
  const auto started = std::chrono::steady_clock::now();
  auto job = [key = PointQuery(ById{std::move(ref)})](Connection& connection) -> Result<BlobInfo> {
    const auto record = read(connection, key);
    if (!record) return std::unexpected(record.error());
    auto found = find_blob(connection, *record);
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return std::unexpected(blob::no_blob(*record));
    return std::move(**found);
  };
  auto info = co_await reads_->read(std::move(job), options);
  if (!info) co_return std::unexpected(std::move(info.error()));
  const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
  if (!cancelled) co_return std::unexpected(cancelled.error());
  co_return co_await blobs_.open(std::move(*info), remaining(options, started));
}

Awaitable<BlobCollection> SqliteStore::do_collect_blobs(BlobCollectQuery query,
                                                        CallOptions options) {
  auto remove = [writer = writer_.isle, query,
                 options](std::vector<blob::Candidate> candidates) -> Awaitable<std::vector<bool>> {
    auto job = [candidates = std::move(candidates), query](Connection& connection) {
      return remove_unused_blobs(connection, candidates, query);
    };
    return writer.call(std::move(job), options);
  };
  return blobs_.collect(query, std::move(remove), options);
}

}  // namespace skep::sqlite
