// Reading a database file without ever waiting for the disk.
#pragma once

namespace skep::sqlite {

/// While it lives, each read of a file that SQLite does on this thread fails instead of waiting: it
/// gives what the kernel's page cache holds (Linux `preadv2` with RWF_NOWAIT), or
/// SQLITE_IOERR_READ. The reads of other threads, and of other users of SQLite in this process, are
/// what they were. One at a time on a thread.
class NonblockingReads {
 public:
  /// Puts the choice between the two ways of reading below SQLite's default VFS, once a process.
  /// Returns whether this system has both. Thread-safe, but for SQLite itself: call it before a
  /// thread may be reading a database, as `Connection::open` does.
  [[nodiscard]] static bool available();

  NonblockingReads() noexcept;
  NonblockingReads(const NonblockingReads&) = delete;
  NonblockingReads& operator=(const NonblockingReads&) = delete;
  ~NonblockingReads();
};

}  // namespace skep::sqlite
