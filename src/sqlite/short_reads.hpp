// Reads that take microseconds, each done where it is cheapest at the moment.
#pragma once

#include "sqlite/connection.hpp"
#include "sqlite/pending_read.hpp"

#include <skep/isle.hpp>

#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace skep::sqlite {

/// A short read takes a few microseconds, a thread that must be woken for it ten times that. So its
/// caller's executor does it, several at a time within one transaction. It reads what the page
/// cache holds, and never waits for the disk or for a lock, nor copies a body larger than
/// `kMaxCallerBytes`. What it could not do so goes to a helper, an isle of its own, which may wait.
///
/// Measurements of this and of other ways: docs/performance.md. Thread-safe.
class ShortReads : public std::enable_shared_from_this<ShortReads> {
 public:
  using OpenReader = detail::IsleCore<Connection>::Factory;

  /// The largest record, about, that is read on a caller's executor.
  static constexpr int kMaxCallerBytes = 128 * 1024;

  /// `open_reader` opens a read-only connection; it is called on the helper's thread.
  ShortReads(OpenReader open_reader, std::size_t max_queued_count)
      : open_reader_(std::move(open_reader)), max_queued_count_(max_queued_count) {}

  using PendingPtr = std::shared_ptr<PendingRead>;

  void submit(const PendingPtr& pending);

  /// The caller gave up: it is answered now, and the read dropped unless it is under way.
  void give_up(const PendingPtr& pending, ErrorKind reason);

  /// Refuses new reads, completes those accepted, ends the helper and closes all connections.
  /// Blocks for it. Idempotent.
  void close();

 private:
  void read_on_caller(const PendingPtr& pending);
  void call_helper();
  // The next two require the mutex.
  [[nodiscard]] std::vector<PendingPtr> take_on_caller(const PendingPtr& pending);
  void put_back(const std::vector<PendingPtr>& undone);
  Result<void> help(Connection& connection);
  void open_for_callers();
  [[nodiscard]] std::vector<PendingPtr> take_for_helper();
  void fail_queued(const Error& error);

  const OpenReader open_reader_;
  const std::size_t max_queued_count_;

  std::mutex mutex_;
  std::list<PendingPtr> queued_;
  std::optional<StartedIsle<Connection>> helper_;
  bool helping_ = false;  // a helper was called, and has not yet seen the queue empty
  bool closing_ = false;
  bool opened_for_callers_ = false;  // this and the next: the helper's thread only
  std::size_t helped_count_ = 0;
  std::vector<std::unique_ptr<Connection>> idle_;  // for callers, which take one for each read
  std::size_t idle_total_ = 0;                     // those in use included
  std::condition_variable settled_;                // for `close`
};

}  // namespace skep::sqlite
