#include "sqlite/nonblocking_reads.hpp"

#include <sqlite3.h>

#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace skep::sqlite {
namespace {

using Read = ssize_t (*)(int, void*, std::size_t);
using ReadAt = ssize_t (*)(int, void*, std::size_t, off_t);

thread_local bool must_not_block = false;

// What the VFS called before us, per name: SQLite reads files with one of the three.
Read next_read = nullptr;
ReadAt next_pread = nullptr;
ReadAt next_pread64 = nullptr;

ssize_t read_now(int file, void* buffer, std::size_t bytes, off_t offset) {
  const iovec part{buffer, bytes};
  const ssize_t read = preadv2(file, &part, 1, offset, RWF_NOWAIT);
  // Some kernels (5.9, 5.10) give 0 not only at the end of the file (preadv2(2), BUGS).
  if (read != 0 || bytes == 0) return read;
  errno = EAGAIN;
  return -1;
}

ssize_t read_file(int file, void* buffer, std::size_t bytes) {
  constexpr off_t kCurrentOffset = -1;
  if (must_not_block) return read_now(file, buffer, bytes, kCurrentOffset);
  return next_read(file, buffer, bytes);
}

template <ReadAt* Next>
ssize_t read_file_at(int file, void* buffer, std::size_t bytes, off_t offset) {
  if (must_not_block) return read_now(file, buffer, bytes, offset);
  return (*Next)(file, buffer, bytes, offset);
}

// The table of system calls is SQLite's own means to get between it and the system
// (sqlite3_vfs.xSetSystemCall); calls keep their C types there.
// NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast)
template <class Call>
bool replace(sqlite3_vfs* vfs, const char* name, Call& next, Call ours) {
  next = reinterpret_cast<Call>(vfs->xGetSystemCall(vfs, name));
  return next != nullptr &&
         vfs->xSetSystemCall(vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(ours)) == SQLITE_OK;
}
// NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)

bool install() {
  static_assert(sizeof(off_t) == 8, "pread64 and pread must take the same arguments");
  if (sqlite3_initialize() != SQLITE_OK) return false;
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  constexpr int kHasSystemCalls = 3;
  if (vfs == nullptr || vfs->iVersion < kHasSystemCalls || vfs->xSetSystemCall == nullptr) {
    return false;
  }
  // A build of SQLite has `pread` or `pread64`, or seeks and reads.
  const bool has_pread = replace(vfs, "pread", next_pread, &read_file_at<&next_pread>);
  const bool has_pread64 = replace(vfs, "pread64", next_pread64, &read_file_at<&next_pread64>);
  return replace(vfs, "read", next_read, &read_file) || has_pread || has_pread64;
}

}  // namespace

bool NonblockingReads::available() {
  static const bool kInstalled = install();
  return kInstalled;
}

NonblockingReads::NonblockingReads() noexcept { must_not_block = true; }
NonblockingReads::~NonblockingReads() { must_not_block = false; }

}  // namespace skep::sqlite
