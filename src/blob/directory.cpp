#include "blob/directory.hpp"

#include "blob/layout.hpp"
#include "slice/slice.hpp"
#include "store/cancelled.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace skep::blob {
namespace {

using Workers = IslePool<StopFlag>;

// What one job of a collection looks at under the store's lock.
constexpr std::size_t kRemovedAtOnce = 64;

slice::Stop stop_of(const StopFlag& worker) {
  return [&worker] { return worker.is_set(); };
}

class LocalReader final : public BlobReader {
 public:
  LocalReader(BlobInfo info, std::shared_ptr<BlobFile> file, std::shared_ptr<Workers> workers)
      : BlobReader(std::move(info)), file_(std::move(file)), workers_(std::move(workers)) {}

  Awaitable<std::string> read(std::uint64_t offset, std::size_t max_bytes) override {
    const std::uint64_t size = info().size_bytes;
    if (offset >= size || max_bytes == 0) co_return std::string();
    const std::uint64_t wanted =
        std::min<std::uint64_t>({max_bytes, kBlobPieceBytes, size - offset});
    auto job = [file = file_, offset, wanted](StopFlag&) -> Result<std::string> {
      std::string bytes(wanted, '\0');
      const auto got = file->read(offset, bytes);
      if (!got) return std::unexpected(got.error());
      if (*got == wanted) return bytes;
      return fail(ErrorKind::kBlobAltered,
                  "the blob " + file->path().string() + " became shorter while it was read");
    };
    co_return co_await pooled_call(*workers_, std::move(job), CallOptions());
  }

 private:
  const std::shared_ptr<BlobFile> file_;
  const std::shared_ptr<Workers> workers_;
};

}  // namespace

Directory::Directory(const std::filesystem::path& directory)
    : files_(std::make_shared<VerifiedFiles>(directory)),
      workers_(std::make_shared<Workers>(
          []() -> Result<std::unique_ptr<StopFlag>> { return std::make_unique<StopFlag>(); })) {}

Awaitable<StoredBlob> Directory::put(std::shared_ptr<BlobSource> source, std::uint64_t max_bytes,
                                     CallOptions options) {
  const auto started = std::chrono::steady_clock::now();
  const auto writer = std::make_shared<BlobWriter>(path(), database_of(path()));
  auto begin = [writer](StopFlag&) { return writer->begin(); };
  const auto begun = co_await pooled_call(*workers_, std::move(begin), options);
  if (!begun) co_return std::unexpected(begun.error());
  const auto buffer = std::make_shared<std::string>(kBlobPieceBytes, '\0');
  for (;;) {
    auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    const auto size = co_await source->read(*buffer);
    if (!size) co_return std::unexpected(size.error());
    cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    if (*size == 0) break;
    if (writer->size_bytes() + *size > max_bytes) {
      co_return fail(ErrorKind::kTooLarge,
                     "the blob has more than " + std::to_string(max_bytes) + " bytes");
    }
    auto write = [writer, buffer, count = *size](StopFlag&) {
      return writer->write(std::string_view(*buffer).substr(0, count));
    };
    const auto written =
        co_await pooled_call(*workers_, std::move(write), remaining(options, started));
    if (!written) co_return std::unexpected(written.error());
  }
  auto publish = [writer](StopFlag& worker) { return writer->publish(stop_of(worker)); };
  co_return co_await pooled_call(*workers_, std::move(publish), remaining(options, started));
}

Awaitable<std::shared_ptr<BlobReader>> Directory::open(BlobInfo info, CallOptions options) {
  auto job = [files = files_, info](StopFlag& worker) {
    return files->open(info, stop_of(worker));
  };
  auto file = co_await pooled_call(*workers_, std::move(job), options);
  if (!file) co_return std::unexpected(std::move(file.error()));
  co_return std::make_shared<LocalReader>(std::move(info), std::move(*file), workers_);
}

Awaitable<Slice> Directory::slice(BlobInfo info, SliceQuery query, CallOptions options) {
  auto job = [files = files_, info = std::move(info),
              query = std::move(query)](StopFlag& worker) -> Result<Slice> {
    const auto stop = stop_of(worker);
    const auto file = files->open(info, stop);
    if (!file) return std::unexpected(file.error());
    BlobTextSource source(**file);
    return slice::slice_content(source, info.media_type, query, stop);
  };
  return pooled_call(*workers_, std::move(job), options);
}

Awaitable<BlobCollection> Directory::collect(BlobCollectQuery query, Remove remove,
                                             CallOptions options) {
  const auto started = std::chrono::steady_clock::now();
  const auto collection = std::make_shared<BlobCollection>();
  auto clean = [files = files_, query, collection](StopFlag&) {
    return remove_unfinished(files->directory(), query, *collection);
  };
  const auto cleaned = co_await pooled_call(*workers_, std::move(clean), options);
  if (!cleaned) co_return std::unexpected(cleaned.error());
  for (unsigned part = 0; part < kPartCount; ++part) {
    const auto wanted = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!wanted) co_return std::unexpected(wanted.error());
    auto look = [files = files_, part, query, collection](StopFlag&) {
      return old_blobs(files->directory(), part, query.grace, *collection);
    };
    const auto found =
        co_await pooled_call(*workers_, std::move(look), remaining(options, started));
    if (!found) co_return std::unexpected(found.error());
    for (std::size_t begin = 0; begin < found->size(); begin += kRemovedAtOnce) {
      const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
      if (!cancelled) co_return std::unexpected(cancelled.error());
      const auto end = std::min(begin + kRemovedAtOnce, found->size());
      std::vector<Candidate> some(found->begin() + static_cast<std::ptrdiff_t>(begin),
                                  found->begin() + static_cast<std::ptrdiff_t>(end));
      auto removal = remove(std::move(some));
      const auto removed = co_await std::move(removal);
      if (!removed) co_return std::unexpected(removed.error());
      for (std::size_t i = begin; i < end; ++i) {
        const bool is_removed = removed->at(i - begin);
        ++(is_removed ? collection->removed_count : collection->kept_count);
        (is_removed ? collection->removed_bytes : collection->kept_bytes) +=
            found->at(i).size_bytes;
      }
    }
  }
  co_return *collection;
}

}  // namespace skep::blob
