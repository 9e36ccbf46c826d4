// Waiting for records that are not there yet.
#pragma once

#include <skep/awaitable.hpp>
#include <skep/call_options.hpp>
#include <skep/detail/waiter.hpp>

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

namespace skep {

/// Tells those who wait that the greatest `seq` of the store is another one. Thread-safe.
class AppendSignal : public std::enable_shared_from_this<AppendSignal> {
 public:
  /// Wakes everybody if `seq` is not what it was.
  void set(std::int64_t last_seq);

  [[nodiscard]] std::int64_t last_seq() const noexcept { return last_seq_.load(); }

  /// Returns as soon as `last_seq` is not `seen`.
  /// Errors: `kTimedOut`, `kCancelled`, `kClosed`.
  [[nodiscard]] Awaitable<void> wait(std::int64_t seen, CallOptions options);

  /// Ends all waiting, now and later, with `kClosed`.
  void close();

  [[nodiscard]] bool is_awaited() const;

 private:
  using WaiterPtr = std::shared_ptr<detail::Waiter<void>>;

  void start(const WaiterPtr& waiter, std::int64_t seen, CallOptions options);
  void give_up(const WaiterPtr& waiter, ErrorKind reason);

  mutable std::mutex mutex_;
  std::atomic<std::int64_t> last_seq_ = 0;  // written under the mutex
  std::list<WaiterPtr> waiting_;
  bool closed_ = false;
};

}  // namespace skep
