#include <skep/sqlite_store.hpp>

#include "sqlite/append_queue.hpp"
#include "sqlite/checkpoint.hpp"
#include "sqlite/counts.hpp"
#include "sqlite/foreign_commits.hpp"
#include "sqlite/open.hpp"
#include "sqlite/read.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/short_reads.hpp"
#include "sqlite/sliced_list.hpp"
#include "sqlite/submit.hpp"
#include "sqlite/summarize.hpp"
#include "store/cancelled.hpp"
#include "store/follow.hpp"
#include "store/remaining.hpp"

#include <skep/isle_pool.hpp>

#include <atomic>
#include <chrono>
#include <system_error>
#include <utility>

namespace skep {
namespace {

using sqlite::Connection;
using sqlite::EncodedAppend;
using sqlite::KeyedAppends;
using sqlite::PendingInsert;
using sqlite::PendingQuery;
using sqlite::submit;
using std::chrono::steady_clock;
using Refs = std::vector<OutputRef>;

constexpr std::size_t kMaxQueuedReads = 65'536;

class SqliteStore final : public OutputStore {
 public:
  SqliteStore(std::string path, const SqliteStoreOptions& options)
      : OutputStore(options.max_body_bytes),
        path_(std::move(path)),
        writer_(sqlite::start_writer(path_, options)),
        appends_(std::make_shared<sqlite::AppendQueue>(
            writer_.isle,
            sqlite::AppendQueueLimits{options.max_commit_count, options.max_commit_bytes,
                                      options.max_queued_count, options.max_queued_bytes},
            signal_)) {
    if (path_.empty()) return;
    const auto open_reader = [path = path_, timeout = options.busy_timeout] {
      return sqlite::open_reader(path, timeout);
    };
    short_reads_ = std::make_shared<sqlite::ShortReads>(open_reader, kMaxQueuedReads);
    foreign_commits_ = std::make_shared<sqlite::ForeignCommits>(open_reader, signal_);
    IslePoolOptions pool_options;
    pool_options.max_isle_count = options.reader_count;
    readers_ = std::make_shared<IslePool<Connection>>(open_reader, pool_options);
  }

  ~SqliteStore() override {
    appends_->close();
    signal_->close();
    // The writer is the last to leave: closing then, it moves the write-ahead log into the file.
    if (foreign_commits_) foreign_commits_->close();
    if (short_reads_) short_reads_->close();
    readers_.reset();
  }

  // Ends with the error with which the writer failed to open, if it did.
  Awaitable<void> wait_until_open() {
    auto nothing = [](Connection&) {};
    co_return co_await writer_.isle.call(nothing);
  }

 private:
  // A read of more than one record, on an isle of the pool.
  template <class Read>
  auto read(Read job, CallOptions options) -> Awaitable<detail::job_value_t<Read, Connection>> {
    const auto started = steady_clock::now();
    std::optional<IslePool<Connection>::Lease> lease;
    if (readers_) {
      lease = readers_->try_checkout();
      if (!lease) {
        auto waited = co_await readers_->checkout(options);
        if (!waited) co_return std::unexpected(std::move(waited.error()));
        lease.emplace(std::move(*waited));
        const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
        if (!cancelled) co_return std::unexpected(cancelled.error());
      }
    }
    const Isle<Connection>& isle = lease ? **lease : writer_.isle;
    auto result = co_await isle.call(std::move(job), remaining(options, started));
    if (!result) result.error().outcome = Outcome::kNotApplied;  // a read writes nothing
    co_return result;
  }

  // A read of counts, once all that was there when the call began is counted.
  template <class Read>
  auto read_counted(Read job, CallOptions options)
      -> Awaitable<detail::job_value_t<Read, Connection>> {
    const auto started = steady_clock::now();
    auto ask = [](Connection& connection) { return sqlite::uncounted(connection); };
    const auto last_seq = co_await read(ask, options);
    if (!last_seq) co_return std::unexpected(last_seq.error());
    bool counted = !*last_seq;
    while (!counted) {
      const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
      if (!cancelled) co_return std::unexpected(cancelled.error());
      // Between two portions appends have their turn.
      auto count = [](Connection& connection) {
        auto result = sqlite::count_some(connection);
        checkpoint_if_due(connection);
        return result;
      };
      auto portion = co_await writer_.isle.call(count, remaining(options, started));
      if (!portion) {
        portion.error().outcome = Outcome::kNotApplied;  // counted or not, no record has changed
        co_return std::unexpected(std::move(portion.error()));
      }
      counted = *portion >= **last_seq;
    }
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    co_return co_await read(std::move(job), remaining(options, started));
  }

  Awaitable<OutputRecord> read_one(sqlite::PointQuery query, CallOptions options) {
    if (short_reads_) {
      return submit<PendingQuery<sqlite::PointQuery, OutputRecord>, OutputRecord>(
          short_reads_, std::move(query), options);
    }
    auto job = [query = std::move(query)](Connection& connection) {
      return sqlite::read(connection, query);
    };
    return read(std::move(job), options);
  }

  Awaitable<OutputRef> do_append(AppendRequest request, CallOptions options) override {
    return submit<PendingInsert<EncodedAppend, OutputRef>, OutputRef>(
        appends_, EncodedAppend(std::move(request)), options);
  }

  Awaitable<std::vector<OutputRef>> do_append_all(std::vector<AppendRequest> requests,
                                                  AppendOptions options) override {
    std::vector<EncodedAppend> encoded;
    encoded.reserve(requests.size());
    for (auto& request : requests) encoded.emplace_back(std::move(request));
    if (options.idempotency_key) {
      KeyedAppends keyed(std::move(*options.idempotency_key), std::move(encoded));
      return submit<PendingInsert<KeyedAppends, Refs>, Refs>(appends_, std::move(keyed), options);
    }
    return submit<PendingInsert<std::vector<EncodedAppend>, Refs>, Refs>(
        appends_, std::move(encoded), options);
  }

  Awaitable<ImportResult> do_import_records(std::vector<OutputRecord> records,
                                            CallOptions options) override {
    auto job = [imported = std::move(records), signal = signal_](Connection& connection) {
      auto result = sqlite::import_records(connection, imported);
      if (result) {
        if (const auto last_seq = sqlite::read_last_seq(connection)) signal->set(*last_seq);
      }
      checkpoint_if_due(connection);
      return result;
    };
    co_return co_await writer_.isle.call(std::move(job), options);
  }

  Awaitable<OutputRecord> do_get(OutputRef ref, CallOptions options) override {
    return read_one(sqlite::ById{std::move(ref)}, options);
  }

  Awaitable<OutputRecord> do_get_latest_by_name(std::string name, CallOptions options) override {
    return read_one(sqlite::LatestByName{std::move(name)}, options);
  }

  Awaitable<OutputRecord> do_get_latest_by_name_in_run(std::string task_id, std::uint32_t attempt,
                                                       std::string name,
                                                       CallOptions options) override {
    return read_one(sqlite::LatestInRun{std::move(task_id), attempt, std::move(name)}, options);
  }

  Awaitable<Page> do_list(ListQuery query, CallOptions options) override {
    if (query.type) {
      auto filtered = list_by_type(*this, std::move(query), options);
      co_return co_await std::move(filtered);
    }
    const sqlite::ListInFlight list(lists_in_flight_);
    // A task's attempts are merged, which takes time for each of them.
    const bool is_short = query.attempt || !query.task_id;
    if (short_reads_ && is_short && list.is_alone()) {
      auto sliced = sqlite::list_in_slices(short_reads_, std::move(query), options);
      co_return co_await std::move(sliced);
    }
    auto job = [query = std::move(query)](Connection& connection) {
      return sqlite::read_page(connection, query);
    };
    co_return co_await read(std::move(job), options);
  }

  Awaitable<Page> do_tail(ListQuery query, CallOptions options) override {
    auto watch = [foreign_commits = foreign_commits_] {
      if (foreign_commits) foreign_commits->watch();
    };
    return follow(*this, signal_, std::move(query), options, std::move(watch));
  }

  Awaitable<std::vector<TaskSummary>> do_tasks(NameQuery query, CallOptions options) override {
    auto job = [query = std::move(query)](Connection& connection) {
      return sqlite::tasks(connection, query);
    };
    return read_counted(std::move(job), options);
  }

  Awaitable<std::vector<RunSummary>> do_runs(RunQuery query, CallOptions options) override {
    auto job = [query = std::move(query)](Connection& connection) {
      return sqlite::runs(connection, query);
    };
    return read_counted(std::move(job), options);
  }

  Awaitable<std::vector<AgentSummary>> do_agents(NameQuery query, CallOptions options) override {
    auto job = [query = std::move(query)](Connection& connection) {
      return sqlite::agents(connection, query);
    };
    return read_counted(std::move(job), options);
  }

  Awaitable<StoreStats> do_stats(CallOptions options) override {
    auto job = [path = path_](Connection& connection) { return sqlite::stats(connection, path); };
    return read_counted(std::move(job), options);
  }

  [[nodiscard]] StoreActivity do_activity() const noexcept override { return appends_->activity(); }

  Awaitable<void> do_close() override {
    appends_->close();
    signal_->close();
    // Ending readers joins their threads, which is a wait: it belongs on the writer's thread, where
    // it also comes after the commit that may be under way.
    auto end_readers = [foreign_commits = foreign_commits_, short_reads = short_reads_,
                        readers = readers_](Connection&) {
      if (foreign_commits) foreign_commits->close();
      if (short_reads) short_reads->close();
      if (readers) readers->shutdown();
    };
    const auto ended = co_await writer_.isle.call(std::move(end_readers));
    if (!ended && ended.error().kind != ErrorKind::kClosed) co_return ended;
    co_return co_await writer_.driver.shutdown();
  }

  const std::string path_;  // empty in memory
  StartedIsle<Connection> writer_;
  const std::shared_ptr<AppendSignal> signal_ = std::make_shared<AppendSignal>();
  std::shared_ptr<sqlite::AppendQueue> appends_;
  std::atomic<std::size_t> lists_in_flight_ = 0;
  // Only of a file: a database in memory belongs to one connection, whose isle reads too.
  std::shared_ptr<sqlite::ShortReads> short_reads_;
  std::shared_ptr<sqlite::ForeignCommits> foreign_commits_;
  std::shared_ptr<IslePool<Connection>> readers_;
};

boost::asio::awaitable<Result<std::unique_ptr<OutputStore>>> open(std::string path,
                                                                  SqliteStoreOptions options) {
  if (auto valid = sqlite::check(options); !valid)
    co_return std::unexpected(std::move(valid.error()));
  auto store = std::make_unique<SqliteStore>(std::move(path), options);
  if (auto ready = co_await store->wait_until_open(); !ready) {
    co_return std::unexpected(std::move(ready.error()));
  }
  co_return std::unique_ptr<OutputStore>(std::move(store));
}

}  // namespace

boost::asio::awaitable<Result<std::unique_ptr<OutputStore>>> open_sqlite_store(
    std::filesystem::path path, SqliteStoreOptions options) {
  // Absolute, so that no name means something else to SQLite ("", ":memory:", "file:…").
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (path.empty() || error) {
    co_return fail(ErrorKind::kInvalidArgument, "\"" + path.string() + "\" is not a file path");
  }
  if (!options.create_if_missing && !std::filesystem::exists(absolute, error)) {
    co_return fail(ErrorKind::kNotFound, "there is no store at " + path.string());
  }
  if (std::filesystem::is_directory(absolute, error)) {
    co_return fail(ErrorKind::kInvalidArgument, path.string() + " is a directory");
  }
  co_return co_await open(absolute.string(), options);
}

boost::asio::awaitable<Result<std::unique_ptr<OutputStore>>> open_sqlite_store_in_memory(
    SqliteStoreOptions options) {
  return open({}, options);
}

}  // namespace skep
