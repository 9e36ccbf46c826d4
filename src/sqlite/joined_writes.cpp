#include "sqlite/joined_writes.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <new>

namespace skep::sqlite {
namespace {

// Whether this thread is in a checkpoint that will be complete, as far as is known by now.
thread_local bool in_whole_checkpoint = false;

// SQLite allocates `szOsFile` bytes for a file: this, and after it the file of the system below.
struct File {
  sqlite3_file base;
  bool is_log;
  char* gathered;  // kMaxJoinedBytes, allocated at the first write
  int gathered_bytes;
  sqlite3_int64 offset;  // where in the file the gathered bytes belong

  [[nodiscard]] sqlite3_file* below() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

static_assert(alignof(File) <= 8);  // which is how SQLite aligns it

File& of(sqlite3_file* file) noexcept { return *reinterpret_cast<File*>(file); }

// Writes what is gathered. Afterwards nothing is, even if that failed: the transaction is rolled
// back then, and its pages must not appear later.
int flush(File& file) noexcept {
  const int bytes = file.gathered_bytes;
  if (bytes == 0) return SQLITE_OK;
  file.gathered_bytes = 0;
  return file.below()->pMethods->xWrite(file.below(), file.gathered, bytes, file.offset);
}

int write(sqlite3_file* self, const void* data, int bytes, sqlite3_int64 offset) noexcept {
  File& file = of(self);
  const bool joins = file.is_log || in_whole_checkpoint;
  const bool follows = offset == file.offset + file.gathered_bytes;
  if (!joins || !follows || bytes > kMaxJoinedBytes - file.gathered_bytes) {
    if (const int code = flush(file); code != SQLITE_OK) return code;
  }
  if (joins && file.gathered == nullptr) file.gathered = new (std::nothrow) char[kMaxJoinedBytes];
  if (!joins || file.gathered == nullptr || bytes > kMaxJoinedBytes) {
    return file.below()->pMethods->xWrite(file.below(), data, bytes, offset);
  }
  if (file.gathered_bytes == 0) file.offset = offset;
  std::memcpy(file.gathered + file.gathered_bytes, data, static_cast<std::size_t>(bytes));
  file.gathered_bytes += bytes;
  return SQLITE_OK;
}

// The file below does it, once it has what is gathered.
template <auto kMethod, class... Arguments>
int after_flush(sqlite3_file* self, Arguments... arguments) noexcept {
  File& file = of(self);
  if (const int code = flush(file); code != SQLITE_OK) return code;
  return (file.below()->pMethods->*kMethod)(file.below(), arguments...);
}

int close(sqlite3_file* self) noexcept {
  File& file = of(self);
  const int flushed = flush(file);
  delete[] file.gathered;
  const int closed = file.below()->pMethods->xClose(file.below());
  return flushed != SQLITE_OK ? flushed : closed;
}

int lock_shared_memory(sqlite3_file* self, int offset, int count, int flags) noexcept {
  auto* below = of(self).below();
  const int code = below->pMethods->xShmLock(below, offset, count, flags);
  // A lock that another connection holds makes a checkpoint a part of one.
  if (code != SQLITE_OK) in_whole_checkpoint = false;
  return code;
}

// The file below does it, whatever is gathered.
template <auto kMethod, class... Arguments>
auto pass_on(sqlite3_file* self, Arguments... arguments) noexcept {
  auto* below = of(self).below();
  return (below->pMethods->*kMethod)(below, arguments...);
}

using Methods = sqlite3_io_methods;
constexpr Methods methods(int version) noexcept {
  return {
      .iVersion = version,
      .xClose = close,
      .xRead = after_flush<&Methods::xRead>,
      .xWrite = write,
      .xTruncate = after_flush<&Methods::xTruncate>,
      .xSync = after_flush<&Methods::xSync>,
      .xFileSize = after_flush<&Methods::xFileSize>,
      .xLock = pass_on<&Methods::xLock>,
      .xUnlock = pass_on<&Methods::xUnlock>,
      .xCheckReservedLock = pass_on<&Methods::xCheckReservedLock>,
      .xFileControl = pass_on<&Methods::xFileControl>,
      .xSectorSize = pass_on<&Methods::xSectorSize>,
      .xDeviceCharacteristics = pass_on<&Methods::xDeviceCharacteristics>,
      .xShmMap = pass_on<&Methods::xShmMap>,
      .xShmLock = lock_shared_memory,
      .xShmBarrier = pass_on<&Methods::xShmBarrier>,
      .xShmUnmap = pass_on<&Methods::xShmUnmap>,
      .xFetch = after_flush<&Methods::xFetch>,
      .xUnfetch = pass_on<&Methods::xUnfetch>,
  };
}
// By the version of the methods below.
constexpr std::array kMethods = {methods(1), methods(2), methods(3)};

sqlite3_vfs* system_vfs(sqlite3_vfs* vfs) noexcept {
  return static_cast<sqlite3_vfs*>(vfs->pAppData);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* self, int flags,
         int* out_flags) noexcept {
  auto* system = system_vfs(vfs);
  if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0) {
    return system->xOpen(system, name, self, flags, out_flags);
  }
  File& file = *new (self) File{};
  file.is_log = (flags & SQLITE_OPEN_WAL) != 0;
  const int code = system->xOpen(system, name, file.below(), flags, out_flags);
  if (code != SQLITE_OK) return code;  // Without methods SQLite does not close a file.
  const int version = std::clamp(file.below()->pMethods->iVersion, 1, 3);
  file.base.pMethods = &kMethods[static_cast<std::size_t>(version - 1)];
  return SQLITE_OK;
}

// A method of the file system that the one below does.
template <auto kMethod, class... Arguments>
auto by_system(sqlite3_vfs* vfs, Arguments... arguments) noexcept {
  return (system_vfs(vfs)->*kMethod)(system_vfs(vfs), arguments...);
}

// Null if SQLite can't have it.
const char* make_vfs() noexcept {
  static sqlite3_vfs vfs = {};
  auto* system = sqlite3_vfs_find(nullptr);
  if (system == nullptr || system->iVersion < 2) return nullptr;
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(File)) + system->szOsFile;
  vfs.mxPathname = system->mxPathname;
  vfs.zName = "skep-joined-writes";
  vfs.pAppData = system;
  vfs.xOpen = open;
  vfs.xDelete = by_system<&sqlite3_vfs::xDelete>;
  vfs.xAccess = by_system<&sqlite3_vfs::xAccess>;
  vfs.xFullPathname = by_system<&sqlite3_vfs::xFullPathname>;
  vfs.xDlOpen = by_system<&sqlite3_vfs::xDlOpen>;
  vfs.xDlError = by_system<&sqlite3_vfs::xDlError>;
  vfs.xDlSym = [](sqlite3_vfs* self, void* library, const char* symbol) {
    return system_vfs(self)->xDlSym(system_vfs(self), library, symbol);
  };
  vfs.xDlClose = by_system<&sqlite3_vfs::xDlClose>;
  vfs.xRandomness = by_system<&sqlite3_vfs::xRandomness>;
  vfs.xSleep = by_system<&sqlite3_vfs::xSleep>;
  vfs.xCurrentTime = by_system<&sqlite3_vfs::xCurrentTime>;
  vfs.xGetLastError = by_system<&sqlite3_vfs::xGetLastError>;
  vfs.xCurrentTimeInt64 = by_system<&sqlite3_vfs::xCurrentTimeInt64>;
  return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? vfs.zName : nullptr;
}

}  // namespace

JoinedCheckpoint::JoinedCheckpoint() noexcept { in_whole_checkpoint = true; }
JoinedCheckpoint::~JoinedCheckpoint() { in_whole_checkpoint = false; }

const char* joined_writes() noexcept {
  static const char* const kRegistered = make_vfs();
  return kRegistered;
}

}  // namespace skep::sqlite
