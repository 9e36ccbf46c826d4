// How a store in SQLite is pruned: looking on readers, removing on the writer.
#include "sqlite/checkpoint.hpp"
#include "sqlite/edges.hpp"
#include "sqlite/prune.hpp"
#include "sqlite/sqlite_store.hpp"
#include "store/cancelled.hpp"
#include "store/remaining.hpp"

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace skep::sqlite {
namespace {

constexpr const char* kNoSpaceBack =
    "the file stays as large, and appends use the space: it was made without auto_vacuum "
    "(docs/care.md)";

// What one that ended early has to say of what it did.
std::unexpected<Error> ended_early(Error error, const Prune& prune) {
  if (prune.removed_count() == 0) return std::unexpected(std::move(error));
  error.outcome = Outcome::kInDoubt;
  error.message += "; " + std::to_string(prune.removed_count()) + " records were removed before";
  return std::unexpected(std::move(error));
}

Result<void> go_on(const boost::asio::cancellation_state& state, const PruneOptions& options,
                   const Prune& prune) {
  if (auto checked = check_cancelled(state); !checked) return checked;
  if (!options.on_progress || options.on_progress(prune.removed_count())) return {};
  return skep::cancelled();
}

Awaitable<void> give_space_back(Isle<Connection> writer, CallOptions options, PruneReport& report) {
  auto ask = [](Connection& connection) { return gives_space_back(connection); };
  const auto does = co_await writer.call(ask, options);
  if (!does) co_return std::unexpected(does.error());
  if (!*does) {
    report.note = kNoSpaceBack;
    co_return Result<void>();
  }
  auto page_size = [](Connection& connection) { return connection.pragma("page_size"); };
  const auto page_bytes = co_await writer.call(page_size, options);
  if (!page_bytes) co_return std::unexpected(page_bytes.error());
  for (;;) {
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    auto step = [](Connection& connection) {
      auto freed = give_some_space_back(connection);
      checkpoint_if_due(connection);
      return freed;
    };
    const auto freed = co_await writer.call(step, options);
    if (!freed) co_return std::unexpected(freed.error());
    if (*freed == 0) co_return Result<void>();
    report.given_back_bytes += *freed * std::stoul(*page_bytes);
  }
}

}  // namespace

Awaitable<PruneReport> SqliteStore::do_prune(PruneQuery query, PruneOptions options) {
  const auto started = std::chrono::steady_clock::now();
  const CallOptions call_options = options;
  const bool dry_run = query.dry_run;
  const auto prune = std::make_shared<Prune>(std::move(query));
  auto move = [](Connection& connection) { return move_some_edges(connection); };
  auto moved = co_await reads_->write_until(move, remaining(call_options, started));
  if (!moved) co_return std::unexpected(std::move(moved.error()));
  for (;;) {
    auto state = co_await boost::asio::this_coro::cancellation_state;
    auto goes_on = go_on(state, options, *prune);
    if (!goes_on) co_return ended_early(std::move(goes_on.error()), *prune);
    auto find = [prune](Connection& connection) { return prune->find_some(connection); };
    const auto found = co_await reads_->read(find, remaining(call_options, started));
    if (!found) co_return ended_early(found.error(), *prune);
    if (!*found) break;
    while (prune->has_found()) {
      state = co_await boost::asio::this_coro::cancellation_state;
      goes_on = go_on(state, options, *prune);
      if (!goes_on) co_return ended_early(std::move(goes_on.error()), *prune);
      Result<void> done;
      if (dry_run) {
        auto count = [prune](Connection& connection) { return prune->count_some(connection); };
        done = co_await reads_->read(count, remaining(call_options, started));
      } else {
        auto remove = [prune](Connection& connection) {
          auto removed = prune->remove_some(connection);
          checkpoint_if_due(connection);
          return removed;
        };
        done = co_await writer_.isle.call(remove, remaining(call_options, started));
      }
      if (!done) co_return ended_early(std::move(done.error()), *prune);
    }
  }
  PruneReport report = prune->finish();
  if (dry_run || report.record_count == 0) co_return report;
  // Whatever comes now, the records are gone.
  if (!check_cancelled(co_await boost::asio::this_coro::cancellation_state)) co_return report;
  auto give_back = give_space_back(writer_.isle, remaining(call_options, started), report);
  auto given_back = co_await std::move(give_back);
  if (!given_back) report.note = "not all space was given back: " + given_back.error().message;
  if (!check_cancelled(co_await boost::asio::this_coro::cancellation_state)) co_return report;
  auto collect = collect_blobs({}, remaining(call_options, started));
  const auto collected = co_await std::move(collect);
  if (collected) {
    report.blob_count = collected->removed_count;
    report.blob_bytes = collected->removed_bytes;
  } else if (report.note.empty()) {
    report.note = "not all blobs were collected: " + collected.error().message;
  }
  co_return report;
}

}  // namespace skep::sqlite
