#include "sqlite/aside.hpp"

#include "blob/layout.hpp"
#include "store/descriptor.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <string>
#include <system_error>
#include <utility>

namespace skep::sqlite {
namespace {

namespace fs = std::filesystem;

// The database comes last: where it is, what it wrote ahead must be.
constexpr std::array kSuffixes = {"-journal", "-wal", ""};

bool is_taken(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

fs::path with_suffix(fs::path path, const char* suffix) { return path += suffix; }

// A name beside `path` that nothing has.
fs::path free_name(const fs::path& path) {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  ::gmtime_r(&now, &utc);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), ".old-%Y%m%dT%H%M%SZ", &utc);
  const fs::path base = with_suffix(path, stamp.data());
  fs::path name = base;
  for (int i = 2; is_taken(name) || is_taken(blob::directory_of(name)); ++i) {
    name = with_suffix(base, ("-" + std::to_string(i)).c_str());
  }
  return name;
}

Result<void> copy_durably(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  const Descriptor copied(::open(to.c_str(), O_RDONLY | O_CLOEXEC));
  if (!error && ::fsync(copied.get()) == 0) return {};
  const int code = error ? error.value() : errno;
  ::unlink(to.c_str());
  return io_failed("can't copy " + from.string() + " to", to, code);
}

Result<void> link_file(const fs::path& from, const fs::path& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return {};
  const bool has_links = errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK && errno != EXDEV;
  return has_links ? io_failed("can't keep aside", from, errno) : copy_durably(from, to);
}

// Of directories of files. What is in `from` beside them belongs to nobody.
Result<void> link_blobs(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directory(to, from, error);
  for (fs::directory_iterator part(from, error), end; !error && part != end;
       part.increment(error)) {
    if (!part->is_directory(error) || part->path() == blob::unfinished_in(from)) continue;
    const fs::path part_to = to / part->path().filename();
    fs::create_directory(part_to, part->path(), error);
    for (fs::directory_iterator file(part->path(), error); !error && file != end;
         file.increment(error)) {
      if (auto linked = link_file(file->path(), part_to / file->path().filename()); !linked) {
        return linked;
      }
    }
    if (error) break;
    if (auto synced = sync_directory(part_to); !synced) return synced;
  }
  if (error) return io_failed("can't keep aside", from, error.value());
  return sync_directory(to);
}

}  // namespace

// Whether the second name is no longer needed.
bool Aside::put_back(const Kept& file) const {
  const fs::path name = with_suffix(*name_, file.suffix.c_str());
  const fs::path place = with_suffix(path_, file.suffix.c_str());
  struct stat status{};
  const bool is_in_place = ::lstat(place.c_str(), &status) == 0 && status.st_dev == file.device &&
                           status.st_ino == file.inode;
  if (is_in_place) return ::unlink(name.c_str()) == 0;
  return std::rename(name.c_str(), place.c_str()) == 0;
}

Aside::~Aside() {
  if (!name_ || is_kept_) return;
  // What could not be put back stays aside as a whole.
  const bool is_back = std::ranges::all_of(files_, [this](const Kept& f) { return put_back(f); });
  std::error_code ignored;
  if (is_back) {
    [[maybe_unused]] const auto count = fs::remove_all(blob::directory_of(*name_), ignored);
  }
  static_cast<void>(sync_directory_of(path_));
}

Result<void> Aside::make() {
  const auto is_there = [this](const char* suffix) { return is_taken(with_suffix(path_, suffix)); };
  if (std::ranges::none_of(kSuffixes, is_there)) return {};
  name_ = free_name(path_);
  const fs::path blobs = blob::directory_of(path_);
  if (is_taken(blobs)) {
    if (auto linked = link_blobs(blobs, blob::directory_of(*name_)); !linked) return linked;
  }
  for (const char* suffix : kSuffixes) {
    const fs::path file = with_suffix(path_, suffix);
    struct stat status{};
    if (::lstat(file.c_str(), &status) != 0) continue;
    if (auto linked = link_file(file, with_suffix(*name_, suffix)); !linked) return linked;
    files_.push_back({suffix, status.st_dev, status.st_ino});
  }
  return sync_directory_of(path_);
}

std::optional<fs::path> Aside::keep() noexcept {
  is_kept_ = true;
  return name_;
}

}  // namespace skep::sqlite
