#include <skep/migrate.hpp>

#include "blob/record.hpp"
#include "json/stored.hpp"
#include "store/cancelled.hpp"
#include "store/remaining.hpp"
#include "store/request_hash.hpp"
#include "store/validate.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <unordered_set>
#include <utility>

namespace skep {
namespace {

// What one import takes in: a server has to take it as one request.
constexpr std::size_t kImportBytes = std::size_t{8} << 20U;

class RecordsHash {
 public:
  void add(const OutputRecord& record) {
    const std::string time =
        record.created_at ? std::to_string(record.created_at->time_since_epoch().count()) : "";
    hasher_.add(record.id.str(), 0, time, {}, {});
    hasher_.add(record.task_id, record.attempt, record.producer_agent,
                blob::placeless_json(record.event), json::parent_refs_to_json(record.parent_refs));
  }

  /// The last call.
  [[nodiscard]] std::string finish() { return blob::hex(hasher_.finish()); }

 private:
  RequestHasher hasher_;
};

// What a reader gives, as what another store takes.
class ReaderSource final : public BlobSource {
 public:
  explicit ReaderSource(std::shared_ptr<BlobReader> reader) : reader_(std::move(reader)) {}

  Awaitable<std::size_t> read(std::span<char> buffer) override {
    const auto piece = co_await reader_->read(offset_, buffer.size());
    if (!piece) co_return std::unexpected(piece.error());
    std::ranges::copy(*piece, buffer.begin());
    offset_ += piece->size();
    co_return piece->size();
  }

 private:
  const std::shared_ptr<BlobReader> reader_;
  std::uint64_t offset_ = 0;
};

// Of `open_blob`: what keeps a blob back, but not its record.
bool is_about_the_blob(ErrorKind kind) {
  return kind == ErrorKind::kBlobMissing || kind == ErrorKind::kBlobAltered ||
         kind == ErrorKind::kIo;
}

class Migration {
 public:
  Migration(OutputStore& source, OutputStore& target, MigrateOptions options)
      : source_(source), target_(target), options_(std::move(options)) {}

  Awaitable<MigrateReport> run() {
    const auto stats = co_await source_.stats(rest());
    if (!stats) co_return std::unexpected(stats.error());
    total_ = 2 * stats->output_count;
    auto goes_on = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!goes_on) co_return std::unexpected(goes_on.error());
    auto copying = read_all(source_, report_.source, true);
    const auto copied = co_await std::move(copying);
    if (!copied) co_return std::unexpected(copied.error());
    goes_on = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!goes_on) co_return std::unexpected(goes_on.error());
    auto comparing = read_all(target_, report_.target, false);
    const auto compared = co_await std::move(comparing);
    if (!compared) co_return std::unexpected(compared.error());
    co_return std::move(report_);
  }

 private:
  [[nodiscard]] CallOptions rest() const { return remaining(options_, started_); }

  Result<void> tell_progress() const {
    const std::uint64_t done = report_.source.record_count + report_.target.record_count;
    if (!options_.on_progress || options_.on_progress(done, total_)) return {};
    return skep::cancelled();
  }

  Awaitable<void> read_all(OutputStore& store, MigrateSide& side, bool copies) {
    RecordsHash hash;
    ListQuery query;
    query.limit = kMaxPageCount;
    for (bool more = true; more;) {
      auto goes_on = tell_progress();
      if (goes_on) goes_on = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
      if (!goes_on) co_return goes_on;
      auto page = co_await store.list(query, rest());
      if (!page) co_return std::unexpected(std::move(page.error()));
      side.damaged_count += page->listing.damaged.size();
      std::vector<bool> have_blobs;
      for (const OutputRecord& record : page->listing.records) {
        goes_on = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
        if (!goes_on) co_return goes_on;
        auto looking = look_at(store, record, side, copies);
        const auto has_blob = co_await std::move(looking);
        if (!has_blob) co_return std::unexpected(has_blob.error());
        have_blobs.push_back(*has_blob);
        hash.add(record);
      }
      if (copies) {
        goes_on = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
        if (!goes_on) co_return goes_on;
        auto importing = import_all(std::move(page->listing.records), std::move(have_blobs));
        const auto imported = co_await std::move(importing);
        if (!imported) co_return imported;
      }
      more = page->next_after_seq.has_value();
      if (more) query.after_seq = *page->next_after_seq;
    }
    side.sha256 = hash.finish();
    co_return tell_progress();
  }

  // Counts the record, and its blob if it has one; that goes to the target before the record does.
  Awaitable<bool> look_at(OutputStore& store, const OutputRecord& record, MigrateSide& side,
                          bool copies) {
    ++side.record_count;
    const ContentRef* content = content_of(record.event);
    if (content == nullptr || !std::holds_alternative<FileRef>(*content)) co_return false;
    auto opening = store.open_blob(record.id, rest());
    const auto reader = co_await std::move(opening);
    if (!reader && reader.error().kind == ErrorKind::kNotFound) co_return false;
    if (!reader && is_about_the_blob(reader.error().kind)) {
      if (copies) note(reader.error());
      co_return false;
    }
    if (!reader) co_return std::unexpected(reader.error());
    if (copies) {
      const auto goes_on = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
      if (!goes_on) co_return std::unexpected(goes_on.error());
      auto giving = give(*reader);
      const auto given = co_await std::move(giving);
      if (!given) co_return std::unexpected(given.error());
    }
    ++side.blob_count;
    side.blob_bytes += (*reader)->info().size_bytes;
    co_return true;
  }

  void note(const Error& error) {
    ++report_.blob_error_count;
    if (report_.blob_errors.size() < kMaxMigrateErrors)
      report_.blob_errors.push_back(error.message);
  }

  Awaitable<void> give(std::shared_ptr<BlobReader> reader) {
    const std::string sha256 = reader->info().sha256;
    if (given_.contains(sha256)) co_return Result<void>();
    auto putting = target_.put_blob(std::make_shared<ReaderSource>(std::move(reader)), rest());
    const auto put = co_await std::move(putting);
    if (!put) co_return std::unexpected(put.error());
    if (put->sha256 != sha256) {
      co_return fail(ErrorKind::kBlobAltered, "the blob " + sha256 + " came as " + put->sha256);
    }
    given_.insert(sha256);
    co_return Result<void>();
  }

  // A record that merely names the path of a blob gets none: so those that have one go by
  // themselves.
  Awaitable<void> import_all(std::vector<OutputRecord> records, std::vector<bool> have_blobs) {
    for (std::size_t next = 0; next < records.size();) {
      ImportOptions options = rest();
      options.adopt_blobs = have_blobs[next];
      std::vector<OutputRecord> batch;
      // A record that is larger goes alone.
      for (std::size_t bytes = 0; next < records.size() && have_blobs[next] == options.adopt_blobs;
           ++next) {
        bytes += text_bytes(records[next].event);
        if (!batch.empty() && bytes > kImportBytes) break;
        batch.push_back(std::move(records[next]));
      }
      const auto goes_on = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
      if (!goes_on) co_return goes_on;
      auto importing = target_.import_records(std::move(batch), options);
      const auto imported = co_await std::move(importing);
      if (!imported) co_return std::unexpected(imported.error());
      report_.added_count += imported->added_count;
      report_.present_count += imported->present_count;
    }
    co_return Result<void>();
  }

  OutputStore& source_;
  OutputStore& target_;
  const MigrateOptions options_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::uint64_t total_ = 0;
  std::unordered_set<std::string> given_;  // hashes of blobs that the target has from here
  MigrateReport report_;
};

}  // namespace

Awaitable<MigrateReport> migrate(OutputStore& source, OutputStore& target, MigrateOptions options) {
  Migration migration(source, target, std::move(options));
  auto running = migration.run();
  co_return co_await std::move(running);
}

}  // namespace skep
