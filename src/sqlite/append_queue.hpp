// Appends that wait for a commit, and the commits that they share.
#pragma once

#include "sqlite/connection.hpp"
#include "sqlite/write.hpp"

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

/// Appends that arrive while a commit is under way are committed together in the next one: one
/// caller alone waits for nothing but its own commit, many callers share each sync. Each append
/// succeeds or fails alone, and is answered after the commit. Thread-safe.
class AppendQueue : public std::enable_shared_from_this<AppendQueue> {
 public:
  AppendQueue(Isle<Connection> writer, AppendQueueLimits limits)
      : writer_(std::move(writer)), limits_(limits) {}

  /// One append and its caller. The queue's mutex guards `state`, `reason` and `position`.
  struct Pending {
    enum class State : std::uint8_t { kNew, kQueued, kCommitting };

    Pending(AppendRequest request, std::unique_ptr<detail::Waiter<OutputRef>> caller)
        : append(std::move(request)), waiter(std::move(caller)) {}

    EncodedAppend append;
    std::unique_ptr<detail::Waiter<OutputRef>> waiter;
    State state = State::kNew;
    std::optional<ErrorKind> reason;
    std::list<std::shared_ptr<Pending>>::iterator position;
  };
  using PendingPtr = std::shared_ptr<Pending>;

  void submit(const PendingPtr& pending);

  /// The caller gave up: takes a queued append back; leaves one being committed to its fate.
  void give_up(const PendingPtr& pending, ErrorKind reason);

  /// Refuses new appends. Those queued are committed before the writer ends.
  void close();

 private:
  void schedule_commit();
  Result<void> commit_some(Connection& connection);
  void commit_batch(Connection& connection, const std::vector<PendingPtr>& batch);
  [[nodiscard]] std::vector<PendingPtr> take_batch();
  void fail_queued(const Error& error);

  const Isle<Connection> writer_;
  const AppendQueueLimits limits_;
  OutputRefGenerator ids_;  // the writer's thread only

  std::mutex mutex_;
  std::list<PendingPtr> queued_;
  std::size_t queued_bytes_ = 0;
  bool commit_scheduled_ = false;
  bool closing_ = false;
};

}  // namespace skep::sqlite
