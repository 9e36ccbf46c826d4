#include <skep/migrate.hpp>

#include "blob/record.hpp"
#include "json/stored.hpp"
#include "store/cancelled.hpp"
#include "store/remaining.hpp"
#include "store/request_hash.hpp"
#include "store/validate.hpp"

#include <skep/json.hpp>

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
    hasher_.add(record.task_id, record.attempt, record.producer_agent, placeless(record.event),
                json::parent_refs_to_json(record.parent_refs));
  }

  /// The last call.
  [[nodiscard]] std::string finish() { return blob::hex(hasher_.finish()); }

 private:
  // Each store has its blobs in a directory of its own.
  static std::string placeless(const OutputEvent& event) {
    const ContentRef* content = content_of(event);
    const auto* file = content != nullptr ? std::get_if<FileRef>(content) : nullptr;
    const auto sha256 = file != nullptr ? blob::sha256_in(*file) : std::nullopt;
    if (!sha256) return to_json(event);
    OutputEvent without_place = event;
    std::get<FileRef>(*content_of(without_place)).path = *sha256;
    return to_json(without_place);
  }

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
    auto copying = read_all(source_, report_.source, true);
    auto copied = co_await std::move(copying);
    if (!copied) co_return std::unexpected(std::move(copied.error()));
    auto comparing = read_all(target_, report_.target, false);
    auto compared = co_await std::move(comparing);
    if (!compared) co_return std::unexpected(std::move(compared.error()));
    co_return std::move(report_);
  }

 private:
  [[nodiscard]] CallOptions rest() const { return remaining(options_, started_); }

  Result<void> tell_progress() const {
    const std::uint64_t done = report_.source.record_count + report_.target.record_count;
    if (!options_.on_progress || options_.on_progress(done, total_)) return {};
    return fail(ErrorKind::kCancelled, "the caller cancelled the call");
  }

  Awaitable<void> read_all(OutputStore& store, MigrateSide& side, bool copies) {
    RecordsHash hash;
    ListQuery query;
    query.limit = kMaxPageCount;
    for (bool more = true; more;) {
      auto going_on = go_on();
      if (auto goes_on = co_await std::move(going_on); !goes_on) co_return goes_on;
      auto page = co_await store.list(query, rest());
      if (!page) co_return std::unexpected(std::move(page.error()));
      side.damaged_count += page->listing.damaged.size();
      for (const OutputRecord& record : page->listing.records) {
        auto looking = look_at(store, record, side, copies);
        if (auto looked = co_await std::move(looking); !looked) co_return looked;
        hash.add(record);
      }
      if (copies) {
        auto importing = import_all(std::move(page->listing.records));
        if (auto imported = co_await std::move(importing); !imported) co_return imported;
      }
      more = page->next_after_seq.has_value();
      if (more) query.after_seq = *page->next_after_seq;
    }
    side.sha256 = hash.finish();
    co_return tell_progress();
  }

  Awaitable<void> go_on() {
    const auto checked = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!checked) co_return checked;
    co_return tell_progress();
  }

  // Counts the record and its blob; that goes to the target before the record does.
  Awaitable<void> look_at(OutputStore& store, const OutputRecord& record, MigrateSide& side,
                          bool copies) {
    ++side.record_count;
    const ContentRef* content = content_of(record.event);
    if (content == nullptr || !std::holds_alternative<FileRef>(*content)) co_return Result<void>();
    const auto checked = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!checked) co_return checked;
    auto opening = store.open_blob(record.id, rest());
    auto reader = co_await std::move(opening);
    const std::uint64_t size = reader ? (*reader)->info().size_bytes : 0;
    auto given = reader ? Result<void>() : std::unexpected(reader.error());
    if (reader && copies) {
      auto giving = give(std::move(*reader));
      given = co_await std::move(giving);
    }
    if (!given && given.error().kind == ErrorKind::kNotFound) co_return Result<void>();
    if (!given && is_about_the_blob(given.error().kind)) {
      if (copies) note(given.error());
      co_return Result<void>();
    }
    if (!given) co_return given;
    ++side.blob_count;
    side.blob_bytes += size;
    co_return Result<void>();
  }

  void note(const Error& error) {
    ++report_.blob_error_count;
    if (report_.blob_errors.size() < kMaxMigrateErrors)
      report_.blob_errors.push_back(error.message);
  }

  Awaitable<void> give(std::shared_ptr<BlobReader> reader) {
    const std::string sha256 = reader->info().sha256;
    if (given_.contains(sha256)) co_return Result<void>();
    const auto checked = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!checked) co_return checked;
    auto putting = target_.put_blob(std::make_shared<ReaderSource>(std::move(reader)), rest());
    const auto put = co_await std::move(putting);
    if (!put) co_return std::unexpected(put.error());
    if (put->sha256 != sha256) {
      co_return fail(ErrorKind::kBlobAltered, "the blob " + sha256 + " came as " + put->sha256);
    }
    given_.insert(sha256);
    co_return Result<void>();
  }

  Awaitable<void> import_all(std::vector<OutputRecord> records) {
    for (std::size_t next = 0; next < records.size();) {
      std::vector<OutputRecord> batch;
      // A record that is larger goes alone.
      for (std::size_t bytes = 0; next < records.size(); ++next) {
        bytes += text_bytes(records[next].event);
        if (!batch.empty() && bytes > kImportBytes) break;
        batch.push_back(std::move(records[next]));
      }
      const auto checked = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
      if (!checked) co_return checked;
      auto importing = target_.import_records(std::move(batch), rest());
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
