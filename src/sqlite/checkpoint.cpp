#include "sqlite/checkpoint.hpp"

#include "sqlite/joined_writes.hpp"

#include <algorithm>
#include <chrono>

namespace skep::sqlite {
namespace {

// How long a checkpoint waits for readers: each of ours is at most a page of records long.
constexpr std::chrono::milliseconds kReaderWait(100);

// Pages that commits add to the log between two checkpoints (docs/performance.md has the figures).
constexpr int kMinPages = 250;
constexpr int kMaxPages = 1'000;
constexpr int kCommits = 2;

}  // namespace

void checkpoint_if_due(Connection& connection) {
  const int due = std::clamp(kCommits * connection.last_commit_pages(), kMinPages, kMaxPages);
  if (connection.log_pages_since_checkpoint() < due) return;
  const bool wait = connection.log_pages() >= std::max(kMaxLogPages, connection.patience_pages());
  // What others hold is not waited for, but for the readers of a log that is too long.
  sqlite3_busy_timeout(connection.handle(), wait ? static_cast<int>(kReaderWait.count()) : 0);
  const JoinedCheckpoint joined;
  const int code = sqlite3_wal_checkpoint_v2(
      connection.handle(), nullptr, wait ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_FULL,
      nullptr, nullptr);
  connection.restore_busy_timeout();
  // A reader that stays is not worth a wait at each checkpoint.
  if (wait) connection.set_patience_pages(connection.log_pages() + kMaxLogPages / 4);
  connection.note_checkpoint();
  // After a failed sync nothing that the file seems to hold can be trusted. A full disk is none.
  if ((code & 0xFF) == SQLITE_IOERR) connection.distrust();
}

}  // namespace skep::sqlite
