#include "blob/candidates.hpp"

#include "blob/layout.hpp"
#include "blob/sha256.hpp"
#include "store/descriptor.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>

namespace skep::blob {
namespace {

namespace fs = std::filesystem;
using std::chrono::system_clock;

struct Found {
  std::uint64_t size_bytes = 0;
  bool is_old = false;
};

// Nothing if it is gone, or is no regular file.
std::optional<Found> look_at(const fs::path& path, std::chrono::milliseconds grace) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  const auto written = std::chrono::seconds(status.st_mtim.tv_sec) +
                       std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  // Not older than now, so that a grace of nothing means all that is there.
  const bool is_old = system_clock::now().time_since_epoch() - grace >= written;
  return Found{static_cast<std::uint64_t>(status.st_size), is_old};
}

// Calls `visit` with each path in `directory`; one that is not there has none.
template <class Visit>
Result<void> for_each_in(const fs::path& directory, Visit visit) {
  std::error_code error;
  fs::directory_iterator entries(directory, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    if (Result<void> visited = visit(entries->path()); !visited) return visited;
  }
  if (!error || error == std::errc::no_such_file_or_directory) return {};
  return io_failed("can't read the directory", directory, error.value());
}

// Whether somebody is still writing it.
bool is_under_way(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  return file.is_open() && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0;
}

Result<void> unlink(const fs::path& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return io_failed("can't remove", path, errno);
}

}  // namespace

Result<std::vector<Candidate>> old_blobs(const fs::path& directory, unsigned part,
                                         std::chrono::milliseconds grace,
                                         BlobCollection& collection) {
  std::array<char, 3> prefix{};
  std::snprintf(prefix.data(), prefix.size(), "%02x", part & 0xFFU);
  std::vector<Candidate> candidates;
  auto looked = for_each_in(directory / prefix.data(), [&](const fs::path& path) -> Result<void> {
    Candidate candidate;
    candidate.path = path;
    candidate.sha256 = path.filename();
    const auto found = look_at(path, grace);
    if (!found || !is_sha256_hex(candidate.sha256)) return {};
    candidate.size_bytes = found->size_bytes;
    if (found->is_old) {
      candidates.push_back(std::move(candidate));
    } else {
      ++collection.kept_count;
      collection.kept_bytes += found->size_bytes;
    }
    return {};
  });
  if (!looked) return std::unexpected(std::move(looked.error()));
  return candidates;
}

Result<void> remove_unfinished(const fs::path& directory, const BlobCollectQuery& query,
                               BlobCollection& collection) {
  return for_each_in(unfinished_in(directory), [&](const fs::path& path) -> Result<void> {
    const auto found = look_at(path, query.grace);
    if (!found || !found->is_old || is_under_way(path)) return {};
    ++collection.unfinished_count;
    collection.unfinished_bytes += found->size_bytes;
    return query.dry_run ? Result<void>() : unlink(path);
  });
}

Result<bool> remove_if_old(const Candidate& candidate, std::chrono::milliseconds grace) {
  const auto found = look_at(candidate.path, grace);
  if (!found) return true;
  if (!found->is_old) return false;
  if (auto removed = unlink(candidate.path); !removed) return std::unexpected(removed.error());
  return true;
}

}  // namespace skep::blob
