#include <skep/sqlite_store.hpp>

#include "sqlite/append_queue.hpp"
#include "sqlite/read.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/summarize.hpp"
#include "store/remaining.hpp"

#include <skep/isle_pool.hpp>

#include <chrono>
#include <system_error>
#include <utility>

namespace skep {
namespace {

using sqlite::Connection;
using std::chrono::steady_clock;

class SqliteStore final : public OutputStore {
 public:
  SqliteStore(std::string path, const SqliteStoreOptions& options)
      : OutputStore(options.max_body_bytes),
        path_(std::move(path)),
        writer_(start_writer(path_, options)),
        appends_(std::make_shared<sqlite::AppendQueue>(
            writer_.isle,
            sqlite::AppendQueueLimits{options.max_commit_count, options.max_commit_bytes,
                                      options.max_queued_count, options.max_queued_bytes})) {
    // A database in memory belongs to one connection: its writer reads too.
    if (!path_.empty()) readers_ = start_readers(path_, options);
  }

  ~SqliteStore() override {
    appends_->close();
    // The writer is the last to leave: closing then, it moves the write-ahead log into the file.
    readers_.reset();
  }

  // Ends with the error with which the writer failed to open, if it did.
  Awaitable<void> wait_until_open() {
    auto nothing = [](Connection&) {};
    co_return co_await writer_.isle.call(nothing);
  }

 private:
  static StartedIsle<Connection> start_writer(const std::string& path,
                                              const SqliteStoreOptions& options) {
    const bool in_memory = path.empty();
    auto mode = Connection::Mode::kMemory;
    if (!in_memory) {
      mode = options.create_if_missing ? Connection::Mode::kCreate : Connection::Mode::kReadWrite;
    }
    return start_isle<Connection>(
        [path, mode, in_memory,
         timeout = options.busy_timeout]() -> Result<std::unique_ptr<Connection>> {
          auto connection = Connection::open(path, mode, timeout);
          if (!connection) return connection;
          if (auto ready = sqlite::prepare_writer(**connection, in_memory, timeout); !ready) {
            return std::unexpected(std::move(ready.error()));
          }
          return connection;
        });
  }

  static std::shared_ptr<IslePool<Connection>> start_readers(const std::string& path,
                                                             const SqliteStoreOptions& options) {
    IslePoolOptions pool_options;
    pool_options.max_isle_count = options.reader_count;
    return std::make_shared<IslePool<Connection>>(
        [path, timeout = options.busy_timeout]() -> Result<std::unique_ptr<Connection>> {
          auto connection = Connection::open(path, Connection::Mode::kReadOnly, timeout);
          if (!connection) return connection;
          if (auto ready = sqlite::prepare_reader(**connection); !ready) {
            return std::unexpected(std::move(ready.error()));
          }
          return connection;
        },
        pool_options);
  }

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
      }
    }
    const Isle<Connection>& isle = lease ? **lease : writer_.isle;
    auto result = co_await isle.call(std::move(job), remaining(options, started));
    if (!result) result.error().outcome = Outcome::kNotApplied;  // a read writes nothing
    co_return result;
  }

  Awaitable<OutputRef> do_append(AppendRequest request, CallOptions options) override {
    auto queue = appends_;
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                                   void(Result<OutputRef>)>(
        [](auto handler, std::shared_ptr<sqlite::AppendQueue> appends, AppendRequest output,
           CallOptions call_options) {
          using Pending = sqlite::AppendQueue::Pending;
          auto pending = std::make_shared<Pending>(
              std::move(output), detail::make_waiter<OutputRef>(std::move(handler)));
          pending->waiter->watch(call_options,
                                 [weak_appends = std::weak_ptr(appends),
                                  weak_pending = std::weak_ptr(pending)](ErrorKind reason) {
                                   const auto live_pending = weak_pending.lock();
                                   const auto live_appends = weak_appends.lock();
                                   if (live_pending && live_appends)
                                     live_appends->give_up(live_pending, reason);
                                 });
          appends->submit(pending);
        },
        boost::asio::use_awaitable, std::move(queue), std::move(request), options);
  }

  Awaitable<std::vector<OutputRef>> do_append_all(std::vector<AppendRequest> requests,
                                                  CallOptions options) override {
    std::vector<sqlite::EncodedAppend> encoded;
    encoded.reserve(requests.size());
    for (auto& request : requests) encoded.emplace_back(std::move(request));
    auto job = [this, appends = std::move(encoded)](Connection& connection) {
      return sqlite::append_all(connection, appends, batch_ids_);
    };
    co_return co_await writer_.isle.call(std::move(job), options);
  }

  Awaitable<ImportResult> do_import_records(std::vector<OutputRecord> records,
                                            CallOptions options) override {
    auto job = [imported = std::move(records)](Connection& connection) {
      return sqlite::import_records(connection, imported);
    };
    co_return co_await writer_.isle.call(std::move(job), options);
  }

  Awaitable<OutputRecord> do_get(OutputRef ref, CallOptions options) override {
    auto job = [ref = std::move(ref)](Connection& connection) {
      return sqlite::get(connection, ref);
    };
    return read(std::move(job), options);
  }

  Awaitable<OutputRecord> do_get_latest_by_name(std::string name, CallOptions options) override {
    auto job = [name = std::move(name)](Connection& connection) {
      return sqlite::latest(connection, name);
    };
    return read(std::move(job), options);
  }

  Awaitable<OutputRecord> do_get_latest_by_name_in_run(std::string task_id, std::uint32_t attempt,
                                                       std::string name,
                                                       CallOptions options) override {
    auto job = [task_id = std::move(task_id), attempt,
                name = std::move(name)](Connection& connection) {
      return sqlite::latest_in_run(connection, task_id, attempt, name);
    };
    return read(std::move(job), options);
  }

  Awaitable<Page> do_list(ListQuery query, CallOptions options) override {
    auto job = [query = std::move(query)](Connection& connection) {
      return sqlite::list(connection, query);
    };
    return read(std::move(job), options);
  }

  Awaitable<std::vector<TaskSummary>> do_tasks(NameQuery query, CallOptions options) override {
    auto job = [query = std::move(query)](Connection& connection) {
      return sqlite::tasks(connection, query);
    };
    return read(std::move(job), options);
  }

  Awaitable<std::vector<AgentSummary>> do_agents(NameQuery query, CallOptions options) override {
    auto job = [query = std::move(query)](Connection& connection) {
      return sqlite::agents(connection, query);
    };
    return read(std::move(job), options);
  }

  Awaitable<StoreStats> do_stats(CallOptions options) override {
    auto job = [path = path_](Connection& connection) { return sqlite::stats(connection, path); };
    return read(std::move(job), options);
  }

  Awaitable<void> do_close() override {
    appends_->close();
    if (readers_) {
      // Ending readers joins their threads, which is a wait: it belongs on the writer's thread.
      auto end_readers = [readers = readers_](Connection&) { readers->shutdown(); };
      const auto ended = co_await writer_.isle.call(std::move(end_readers));
      if (!ended && ended.error().kind != ErrorKind::kClosed) co_return ended;
    }
    co_return co_await writer_.driver.shutdown();
  }

  const std::string path_;        // empty in memory
  OutputRefGenerator batch_ids_;  // the writer's thread only
  StartedIsle<Connection> writer_;
  std::shared_ptr<sqlite::AppendQueue> appends_;
  std::shared_ptr<IslePool<Connection>> readers_;
};

Result<void> check(const SqliteStoreOptions& options) {
  if (options.reader_count < 1 || options.reader_count > 64) {
    return fail(ErrorKind::kInvalidArgument, "reader_count must be from 1 to 64");
  }
  if (options.max_commit_count < 1 || options.max_queued_count < 1) {
    return fail(ErrorKind::kInvalidArgument,
                "max_commit_count and max_queued_count must be at least 1");
  }
  return {};
}

boost::asio::awaitable<Result<std::unique_ptr<OutputStore>>> open(std::string path,
                                                                  SqliteStoreOptions options) {
  if (auto valid = check(options); !valid) co_return std::unexpected(std::move(valid.error()));
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
