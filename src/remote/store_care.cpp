// What is asked of a server that keeps a store, beside reads and writes.
#include "remote/answers.hpp"
#include "remote/bodies.hpp"
#include "remote/store.hpp"
#include "store/cancelled.hpp"
#include "store/placed_file.hpp"
#include "store/remaining.hpp"

#include <skep/sqlite_store.hpp>

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <utility>

namespace skep::remote {

Awaitable<BackupReport> HttpStore::do_backup(std::filesystem::path path, BackupOptions options) {
  const auto started = std::chrono::steady_clock::now();
  const CallOptions call_options = options;
  if (client_.closed()) co_return closed();
  auto file = PlacedFile::create(path, options.replace);
  if (!file) co_return std::unexpected(std::move(file.error()));
  Request message("/v1/backup");
  message.save_to = file->temporary();
  message.waits = true;
  const auto answer = co_await client_.send(std::move(message), call_options);
  const auto taken = read(answer, false, [](std::string_view) { return Result<void>(); });
  if (!taken) co_return std::unexpected(taken.error());
  auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
  if (!cancelled) co_return std::unexpected(cancelled.error());
  // What came is checked here, whatever the server checked.
  auto inspection = inspect_sqlite_backup(file->temporary(), remaining(call_options, started));
  auto report = co_await std::move(inspection);
  if (!report) co_return report;
  cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
  if (!cancelled) co_return std::unexpected(cancelled.error());
  auto making_way = make_way_for_sqlite_backup(path, remaining(call_options, started));
  const auto made_way = co_await std::move(making_way);
  if (!made_way) co_return std::unexpected(made_way.error());
  if (auto placed = file->commit(); !placed) co_return std::unexpected(std::move(placed.error()));
  co_return report;
}

Awaitable<PruneReport> HttpStore::do_prune(PruneQuery query, PruneOptions options) {
  const bool writes = !query.dry_run;
  Request message("/v1/prune", "application/json", prune_body(query));
  message.waits = true;
  const CallOptions& call_options = options;
  const auto answer = co_await client_.send(std::move(message), call_options);
  auto report = read(answer, writes, read_prune_report);
  if (!report && !writes) report.error().outcome = Outcome::kNotApplied;
  co_return report;
}

// An answer that takes long begins with white space, so that the connection is seen to live.
Awaitable<VerifyReport> HttpStore::do_verify(VerifyOptions options) {
  Request message("/v1/verify", "", "");
  message.waits = true;
  const CallOptions& call_options = options;
  const auto answer = co_await client_.send(std::move(message), call_options);
  auto report = read(answer, false, read_verify_report);
  if (report) co_return report;
  Error& error = report.error();
  // It was a request to look, however it was sent.
  error.outcome = Outcome::kNotApplied;
  co_return report;
}

}  // namespace skep::remote
