// Fewer, larger writes to the files of a database.
#pragma once

namespace skep::sqlite {

/// How many bytes of neighbouring writes are gathered, at most: what SQLite's own file system can
/// write at once (`seekAndWriteFd` in its os_unix.c).
inline constexpr int kMaxJoinedBytes = 0x1ffff;

/// The name of a virtual file system for `sqlite3_open_v2`: the system's default one, but writes
/// that follow each other reach the kernel together, in the log and in a checkpoint. SQLite writes
/// a page of the log in two calls, 24 bytes and the page, and the kernel's work for each call was a
/// third of a commit.
///
/// What is gathered is written before the file is synced, read, resized or closed. A full disk so
/// shows at the sync of a commit instead of at its writes, with the same error. Only for a
/// connection that syncs each commit (`synchronous=FULL`): others publish pages without a sync.
///
/// Registers it with SQLite on the first call. Null if SQLite can't. Thread-safe.
[[nodiscard]] const char* joined_writes() noexcept;

/// While it lives, a checkpoint of mode FULL or RESTART on this thread joins its writes, if it is a
/// whole one. A part of one may not: what readers, or another writer, keep it from finishing it
/// publishes without a sync, and after its last write it looks at no result. Whether it is whole is
/// known before it writes: then no lock was refused to it, and the writer's lock, which these modes
/// take, keeps the log as it is (walCheckpoint in SQLite's wal.c).
class JoinedCheckpoint {
 public:
  JoinedCheckpoint() noexcept;
  JoinedCheckpoint(const JoinedCheckpoint&) = delete;
  JoinedCheckpoint& operator=(const JoinedCheckpoint&) = delete;
  ~JoinedCheckpoint();
};

}  // namespace skep::sqlite
