// Putting a backup in the place of a store.
#include "blob/layout.hpp"
#include "sqlite/aside.hpp"
#include "sqlite/blob_copy.hpp"
#include "sqlite/open.hpp"
#include "sqlite/replaced_store.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/snapshot.hpp"
#include "sqlite/verify.hpp"
#include "store/cancelled.hpp"
#include "store/placed_file.hpp"
#include "store/remaining.hpp"

#include <skep/isle.hpp>
#include <skep/sqlite_store.hpp>

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace skep {
namespace sqlite {
namespace {

Result<void> check_place(const std::filesystem::path& path, const BackupOptions& options) {
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) return {};
  if (options.replace) return check_unused(path);
  return fail(ErrorKind::kConflict, "there is a store at " + path.string() + " already");
}

Result<RestoreReport> restore(Connection& source, const std::filesystem::path& backup,
                              const std::filesystem::path& path, const BackupOptions& options) {
  if (auto checked = check_place(path, options); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  auto file = PlacedFile::create(path, options.replace);
  if (!file) return std::unexpected(std::move(file.error()));
  const std::string copy = file->temporary();
  if (auto copied = copy_snapshot(source, copy, options.on_progress); !copied) {
    return std::unexpected(std::move(copied.error()));
  }
  auto restored = inspect_snapshot(copy);
  if (!restored) return std::unexpected(std::move(restored.error()));
  if (options.blobs) {
    // Into the place itself, beside those that are there: until its records come too, they are
    // blobs that no record names.
    const auto stop = [&source] { return source.interrupted(); };
    auto copied =
        copy_blobs(copy, blob::directory_of(backup), blob::directory_of(path), stop, *restored);
    if (!copied) return std::unexpected(std::move(copied.error()));
  }
  auto ready = file->sync();
  // Copying took its time: somebody may have come meanwhile.
  if (ready) ready = check_place(path, options);
  if (ready && source.interrupted()) ready = skep::cancelled();
  if (!ready) return std::unexpected(std::move(ready.error()));
  Aside aside(path);
  auto placed = aside.make();
  if (placed) placed = make_way(path);
  if (placed) placed = file->commit();
  if (!placed) return std::unexpected(std::move(placed.error()));
  return RestoreReport{*restored, aside.keep()};
}

std::unexpected<Error> unsound(const std::filesystem::path& file, const VerifyReport& report) {
  const VerifyFinding& first = report.findings.front();
  return fail(ErrorKind::kCorrupt, file.string() + " is damaged, and not restored: " + first.where +
                                       ": " + first.message + " (" +
                                       std::to_string(report.finding_count) +
                                       " findings: see 'skep verify')");
}

}  // namespace
}  // namespace sqlite

Awaitable<RestoreReport> restore_sqlite_store(std::filesystem::path file,
                                              std::filesystem::path path, BackupOptions options) {
  const auto started = std::chrono::steady_clock::now();
  CallOptions call_options;
  call_options.timeout = options.timeout;
  VerifyOptions verify_options(call_options);
  verify_options.blobs = false;  // a damaged one keeps nobody from having the others back
  auto verification = verify_sqlite_file(file, std::move(verify_options));
  const auto report = co_await std::move(verification);
  if (!report) co_return std::unexpected(report.error());
  if (!report->sound()) co_return sqlite::unsound(file, *report);

  const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
  if (!cancelled) co_return std::unexpected(cancelled.error());
  auto source = sqlite::existing_file(file);
  if (!source) co_return std::unexpected(std::move(source.error()));
  std::error_code error;
  const auto target = std::filesystem::absolute(path, error);
  if (path.empty() || error) {
    co_return fail(ErrorKind::kInvalidArgument, "\"" + path.string() + "\" is not a file path");
  }
  if (std::filesystem::equivalent(*source, target, error)) {
    co_return fail(ErrorKind::kInvalidArgument, "a store can't be restored from itself");
  }
  auto reader = start_isle<sqlite::Connection>(
      [name = *source] { return sqlite::open_reader(name, sqlite::kBusyTimeout); });
  auto job = [source = *source, target,
              options = std::move(options)](sqlite::Connection& connection) {
    return sqlite::restore(connection, source, target, options);
  };
  co_return co_await reader.isle.call(std::move(job), remaining(call_options, started));
}

}  // namespace skep
