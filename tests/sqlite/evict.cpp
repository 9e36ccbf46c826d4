#include "sqlite/evict.hpp"

#include <fcntl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace skep::test {
namespace {

enum Answer : int { kHeld, kGone, kUnsupported, kFailed };

// In a child process, which does system calls only.
Answer look_after(const char* path, bool drop) {
  const pid_t child = fork();
  if (child == 0) {
    std::array<char, 512> buffer{};
    const iovec part{buffer.data(), buffer.size()};
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fdatasync(file) != 0) _exit(kFailed);
    if (drop && posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0) _exit(kFailed);
    if (!drop && pread(file, buffer.data(), buffer.size(), 0) < 0) _exit(kFailed);
    if (preadv2(file, &part, 1, 0, RWF_NOWAIT) >= 0) _exit(kHeld);
    _exit(errno == EAGAIN ? kGone : kUnsupported);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return kFailed;
  return static_cast<Answer>(WEXITSTATUS(status));
}

}  // namespace

bool evict(const std::filesystem::path& file) { return look_after(file.c_str(), true) == kGone; }

const char* eviction_obstacle(const std::filesystem::path& file) {
  if (look_after(file.c_str(), false) != kHeld) {
    return "this file system can't read without waiting (RWF_NOWAIT)";
  }
  if (!evict(file)) return "this file system keeps its files in memory";
  return "";
}

}  // namespace skep::test
