#include "slice/slice.hpp"
#include "sqlite/blobs.hpp"
#include "sqlite/edges.hpp"
#include "sqlite/lineage.hpp"
#include "sqlite/read.hpp"
#include "sqlite/search.hpp"
#include "sqlite/search_index.hpp"
#include "sqlite/sliced_list.hpp"
#include "sqlite/sqlite_store.hpp"
#include "sqlite/submit.hpp"
#include "sqlite/summarize.hpp"
#include "store/cancelled.hpp"
#include "store/follow.hpp"
#include "store/remaining.hpp"

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <memory>
#include <utility>
#include <variant>

namespace skep::sqlite {

Awaitable<OutputRecord> SqliteStore::read_one(PointQuery query, CallOptions options) {
  if (short_reads_) {
    return submit<PendingQuery<PointQuery, OutputRecord>, OutputRecord>(short_reads_,
                                                                        std::move(query), options);
  }
  auto job = [query = std::move(query)](Connection& connection) { return read(connection, query); };
  return reads_->read(std::move(job), options);
}

Awaitable<OutputRecord> SqliteStore::do_get(OutputRef ref, CallOptions options) {
  return read_one(ById{std::move(ref)}, options);
}

Awaitable<OutputRecord> SqliteStore::do_get_latest_by_name(std::string name, CallOptions options) {
  return read_one(LatestByName{std::move(name)}, options);
}

Awaitable<OutputRecord> SqliteStore::do_get_latest_by_name_in_run(std::string task_id,
                                                                  std::uint32_t attempt,
                                                                  std::string name,
                                                                  CallOptions options) {
  return read_one(LatestInRun{std::move(task_id), attempt, std::move(name)}, options);
}

Awaitable<Page> SqliteStore::do_list(ListQuery query, CallOptions options) {
  if (query.type) {
    auto filtered = list_by_type(*this, std::move(query), options);
    co_return co_await std::move(filtered);
  }
  const ListInFlight list(lists_in_flight_);
  // A task's attempts are merged, which takes time for each of them.
  const bool is_short = query.attempt || !query.task_id;
  if (short_reads_ && is_short && list.is_alone()) {
    auto sliced = list_in_slices(short_reads_, std::move(query), options);
    co_return co_await std::move(sliced);
  }
  auto job = [query = std::move(query)](Connection& connection) {
    return read_page(connection, query);
  };
  co_return co_await reads_->read(std::move(job), options);
}

Awaitable<Page> SqliteStore::do_tail(ListQuery query, CallOptions options) {
  auto watch = [foreign_commits = foreign_commits_] {
    if (foreign_commits) foreign_commits->watch();
  };
  return follow(*this, signal_, std::move(query), options, std::move(watch));
}

Awaitable<std::vector<TaskSummary>> SqliteStore::do_tasks(NameQuery query, CallOptions options) {
  auto job = [query = std::move(query)](Connection& connection) {
    return sqlite::tasks(connection, query);
  };
  return reads_->read_counted(std::move(job), options);
}

Awaitable<std::vector<RunSummary>> SqliteStore::do_runs(RunQuery query, CallOptions options) {
  auto job = [query = std::move(query)](Connection& connection) {
    return sqlite::runs(connection, query);
  };
  return reads_->read_counted(std::move(job), options);
}

Awaitable<std::vector<AgentSummary>> SqliteStore::do_agents(NameQuery query, CallOptions options) {
  auto job = [query = std::move(query)](Connection& connection) {
    return sqlite::agents(connection, query);
  };
  return reads_->read_counted(std::move(job), options);
}

// A portion at a time, each on whatever connection is free: others have their turn, and no
// transaction is open for long. Records don't change, so what is found is true of the file as it is
// at the end, but for a record that was deleted meanwhile.
Awaitable<Lineage> SqliteStore::do_lineage(OutputRef ref, LineageDirection direction,
                                           LineageQuery query, CallOptions options) {
  const auto started = std::chrono::steady_clock::now();
  if (direction == LineageDirection::kDescendants) {
    auto ask = [](Connection& connection) { return has_new_edges(connection); };
    const auto is_behind = co_await reads_->read(ask, options);
    if (!is_behind) co_return std::unexpected(is_behind.error());
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    if (*is_behind) {
      auto move = [](Connection& connection) { return move_some_edges(connection); };
      auto moved = co_await reads_->write_until(move, remaining(options, started));
      if (!moved) co_return std::unexpected(std::move(moved.error()));
    }
  }
  const auto walk = std::make_shared<LineageWalk>(std::move(ref), direction, std::move(query));
  for (;;) {
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    auto job = [walk](Connection& connection) {
      RowLineageSource source(connection);
      return walk->advance(source);
    };
    const auto is_done = co_await reads_->read(std::move(job), remaining(options, started));
    if (!is_done) co_return std::unexpected(is_done.error());
    if (*is_done) co_return walk->take();
  }
}

Awaitable<StoreStats> SqliteStore::do_stats(CallOptions options) {
  auto job = [path = path_](Connection& connection) { return sqlite::stats(connection, path); };
  return reads_->read_counted(std::move(job), options);
}

// On a reader's thread: it may take longer than an executor should wait. A blob's is cut where
// blobs are read.
Awaitable<Slice> SqliteStore::do_slice(OutputRef ref, SliceQuery query, CallOptions options) {
  using SliceOrBlob = std::variant<Slice, BlobInfo>;
  const auto started = std::chrono::steady_clock::now();
  auto job = [key = PointQuery(ById{ref}), query](Connection& connection) -> Result<SliceOrBlob> {
    const auto record = read(connection, key);
    if (!record) return std::unexpected(record.error());
    auto blob = find_blob(connection, *record);
    if (!blob) return std::unexpected(std::move(blob.error()));
    if (*blob) return SliceOrBlob(std::move(**blob));
    auto slice =
        slice::slice_record(*record, query, [&connection] { return connection.interrupted(); });
    if (!slice) return std::unexpected(std::move(slice.error()));
    return SliceOrBlob(std::move(*slice));
  };
  auto found = co_await reads_->read(std::move(job), options);
  if (!found) co_return std::unexpected(std::move(found.error()));
  if (auto* cut = std::get_if<Slice>(&*found)) co_return std::move(*cut);
  const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
  if (!cancelled) co_return std::unexpected(cancelled.error());
  auto& info = std::get<BlobInfo>(*found);
  auto slice =
      co_await blobs_.slice(std::move(info), std::move(query), remaining(options, started));
  if (slice) slice->id = std::move(ref);
  co_return slice;
}

Awaitable<SearchPage> SqliteStore::do_search(SearchQuery query, CallOptions options) {
  const auto started = std::chrono::steady_clock::now();
  auto ask = [](Connection& connection) { return search_backlog(connection); };
  const auto backlog = co_await reads_->read(ask, options);
  if (!backlog) co_return std::unexpected(backlog.error());
  indexing_->start();  // for an index that another process made
  auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
  if (!cancelled) co_return std::unexpected(cancelled.error());
  if (*backlog) {
    auto index = [wanted = **backlog](Connection& connection) {
      return index_some(connection, wanted);
    };
    auto indexed = co_await reads_->write_until(index, remaining(options, started));
    if (!indexed) co_return std::unexpected(std::move(indexed.error()));
  }
  cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
  if (!cancelled) co_return std::unexpected(cancelled.error());
  auto job = [query = std::move(query)](Connection& connection) {
    return sqlite::search(connection, query);
  };
  co_return co_await reads_->read(std::move(job), remaining(options, started));
}

}  // namespace skep::sqlite
