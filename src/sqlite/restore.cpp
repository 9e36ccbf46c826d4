// Putting a backup in the place of a store.
#include "blob/layout.hpp"
#include "sqlite/blob_copy.hpp"
#include "sqlite/open.hpp"
#include "sqlite/replaced_store.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/snapshot.hpp"
#include "sqlite/verify.hpp"
#include "store/cancelled.hpp"
#include "store/descriptor.hpp"
#include "store/placed_file.hpp"
#include "store/remaining.hpp"

#include <skep/isle.hpp>
#include <skep/sqlite_store.hpp>

#include <boost/asio/this_coro.hpp>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace skep {
namespace sqlite {
namespace {

namespace fs = std::filesystem;

// What belongs to a database in write-ahead mode. Of these the log goes first: with another
// database it would be taken for that one's.
constexpr const char* kCompanions[] = {"-wal", "-shm", "-journal", blob::kDirectorySuffix, ""};

// Removes a directory that was not put in its place.
class LeftOver {
 public:
  explicit LeftOver(fs::path path) : path_(std::move(path)) {}
  LeftOver(const LeftOver&) = delete;
  LeftOver& operator=(const LeftOver&) = delete;
  ~LeftOver() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  const fs::path path_;
};

bool is_occupied(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

// A name beside `path` that nothing has.
fs::path name_aside(const fs::path& path) {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  ::gmtime_r(&now, &utc);
  char stamp[32] = {};
  std::strftime(stamp, sizeof stamp, ".old-%Y%m%dT%H%M%SZ", &utc);
  const std::string base = path.string() + stamp;
  fs::path name = base;
  for (int i = 2; is_occupied(name); ++i) name = base + "-" + std::to_string(i);
  return name;
}

Result<void> rename_all(const fs::path& from, const fs::path& to) {
  for (const char* suffix : kCompanions) {
    const std::string name = from.string() + suffix;
    if (!is_occupied(name)) continue;
    if (std::rename(name.c_str(), (to.string() + suffix).c_str()) != 0) {
      return io_failed("can't move aside", name, errno);
    }
  }
  return {};
}

// A store that makes room for another one; it comes back unless that took its place.
class Aside {
 public:
  explicit Aside(fs::path path) : path_(std::move(path)) {}
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;
  ~Aside() {
    if (!moved_ || is_replaced_) return;
    static_cast<void>(rename_all(*moved_, path_));
    static_cast<void>(sync_directory_of(path_));
  }

  [[nodiscard]] Result<void> move() {
    for (const char* suffix : kCompanions) {
      if (!moved_ && is_occupied(path_.string() + suffix)) moved_ = name_aside(path_);
    }
    if (!moved_) return {};
    if (auto renamed = rename_all(path_, *moved_); !renamed) return renamed;
    return sync_directory_of(path_);
  }

  /// Where it lies now.
  [[nodiscard]] std::optional<fs::path> replaced() {
    is_replaced_ = true;
    return moved_;
  }

 private:
  const fs::path path_;
  std::optional<fs::path> moved_;
  bool is_replaced_ = false;
};

// Blobs that take their place; they leave it unless their records came too.
class PlacedBlobs {
 public:
  PlacedBlobs(fs::path from, fs::path to) : from_(std::move(from)), to_(std::move(to)) {}
  PlacedBlobs(const PlacedBlobs&) = delete;
  PlacedBlobs& operator=(const PlacedBlobs&) = delete;
  ~PlacedBlobs() {
    if (is_placed_ && !is_kept_) std::rename(to_.c_str(), from_.c_str());
  }

  [[nodiscard]] Result<void> place() {
    if (!is_occupied(from_)) return {};
    if (std::rename(from_.c_str(), to_.c_str()) != 0) return io_failed("can't place", to_, errno);
    is_placed_ = true;
    return sync_directory_of(to_);
  }

  void keep() noexcept { is_kept_ = true; }

 private:
  const fs::path from_;
  const fs::path to_;
  bool is_placed_ = false;
  bool is_kept_ = false;
};

Result<void> check_place(const fs::path& path, const BackupOptions& options) {
  if (!is_occupied(path)) return {};
  if (options.replace) return check_unused(path);
  return fail(ErrorKind::kConflict, "there is a store at " + path.string() + " already");
}

Result<RestoreReport> restore(Connection& source, const fs::path& backup, const fs::path& path,
                              const BackupOptions& options) {
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
  const LeftOver blobs(blob::directory_of(copy));
  if (options.blobs) {
    const auto stop = [&source] { return source.interrupted(); };
    auto copied = copy_blobs(copy, blob::directory_of(backup), blobs.path(), stop, *restored);
    if (!copied) return std::unexpected(std::move(copied.error()));
  }
  auto ready = file->sync();
  // Copying took its time: somebody may have come meanwhile.
  if (ready) ready = check_place(path, options);
  if (ready && source.interrupted()) ready = skep::cancelled();
  if (!ready) return std::unexpected(std::move(ready.error()));
  Aside aside(path);
  PlacedBlobs placed_blobs(blobs.path(), blob::directory_of(path));
  auto placed = aside.move();
  if (placed) placed = placed_blobs.place();
  if (placed) placed = file->commit();
  if (!placed) return std::unexpected(std::move(placed.error()));
  placed_blobs.keep();
  return RestoreReport{*restored, aside.replaced()};
}

std::unexpected<Error> unsound(const fs::path& file, const VerifyReport& report) {
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
  const CallOptions call_options = options;
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
