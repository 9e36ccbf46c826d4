// Appends that wait for a commit, and the commits that they share.
#pragma once

#include "sqlite/connection.hpp"
#include "sqlite/pending_append.hpp"
#include "store/append_signal.hpp"

#include <skep/isle.hpp>

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace skep::sqlite {

struct AppendQueueLimits {
  std::size_t max_commit_count;
  std::size_t max_commit_bytes;
  std::size_t max_queued_count;
  std::size_t max_queued_bytes;
};

/// Appends that arrive while a commit is under way are committed together in the next one, and so
/// are those that arrive while its rows are inserted: one caller alone waits for nothing but its
/// own commit, many callers share each sync, and no timer is needed. Each append succeeds or fails
/// alone, and is answered after the commit. Thread-safe.
class AppendQueue : public std::enable_shared_from_this<AppendQueue> {
 public:
  /// `signal` is set after each commit.
  AppendQueue(Isle<Connection> writer, AppendQueueLimits limits,
              std::shared_ptr<AppendSignal> signal)
      : writer_(std::move(writer)), limits_(limits), signal_(std::move(signal)) {}

  using PendingPtr = std::shared_ptr<PendingAppend>;

  void submit(const PendingPtr& pending);

  /// The caller gave up: takes a queued append back; leaves one being committed to its fate.
  void give_up(const PendingPtr& pending, ErrorKind reason);

  [[nodiscard]] StoreActivity activity() const;

  /// Refuses new appends. Those queued are committed before the writer ends.
  void close();

 private:
  struct Batch {
    std::vector<PendingPtr> appends;
    std::size_t record_count = 0;
    std::size_t byte_count = 0;
  };

  void schedule_commit();
  Result<void> commit_some(Connection& connection);
  void commit_batch(Connection& connection);
  Result<std::int64_t> insert_batch(Connection& connection, Batch& batch);
  bool take_more(Batch& batch);
  void fail_queued(Error error);

  const Isle<Connection> writer_;
  const AppendQueueLimits limits_;
  const std::shared_ptr<AppendSignal> signal_;
  OutputRefGenerator ids_;  // the writer's thread only

  mutable std::mutex mutex_;
  StoreActivity activity_;
  std::list<PendingPtr> queued_;
  std::size_t queued_bytes_ = 0;
  bool commit_scheduled_ = false;
  bool closing_ = false;
};

}  // namespace skep::sqlite
