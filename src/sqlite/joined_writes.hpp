// Fewer, larger writes to the write-ahead log.
#pragma once

namespace skep::sqlite {

/// How many bytes of neighbouring writes are gathered, at most: what SQLite's own file system can
/// write at once (`seekAndWriteFd` in its os_unix.c).
inline constexpr int kMaxJoinedBytes = 0x1ffff;

/// The name of a virtual file system for `sqlite3_open_v2`: the system's default one, but writes
/// to the write-ahead log that follow each other reach the kernel together. SQLite writes a page of
/// the log in two calls, 24 bytes and the page, and the kernel's work for each call was a third of
/// a commit.
///
/// What is gathered is written before the log is synced, read, resized or closed. A full disk so
/// shows at the sync of a commit instead of at its writes, with the same error. Only for a
/// connection that syncs each commit (`synchronous=FULL`): others publish pages without a sync.
/// The same must not be done to the file of the database: a checkpoint that readers cut short
/// publishes what it copied without a sync, and looks at the results of its writes alone.
///
/// Registers it with SQLite on the first call. Null if SQLite can't. Thread-safe.
[[nodiscard]] const char* joined_writes() noexcept;

}  // namespace skep::sqlite
