// What an isle's handles, its driver and its thread share: the queue and the running job.
#pragma once

#include <skep/detail/waiter.hpp>

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace skep::detail {

/// A job in an isle's queue. The isle's mutex guards `state`, `reason` and `position`.
template <class Connection>
class IsleJob {
 public:
  enum class State : std::uint8_t { kNew, kQueued, kRunning, kEnded };

  IsleJob() = default;
  IsleJob(const IsleJob&) = delete;
  IsleJob& operator=(const IsleJob&) = delete;
  virtual ~IsleJob() = default;

  /// Runs the closure and keeps its result. Returns whether it threw.
  virtual bool run(Connection& connection) noexcept = 0;

  /// Delivers the result that `run` kept.
  virtual void finish() = 0;

  /// Delivers an error: that of a running job which was stopped, or another.
  virtual void finish_stopped(ErrorKind why) = 0;

  /// Delivers the error that `run` kept; a success is in doubt, since the connection is unusable.
  virtual void finish_unusable() = 0;
  virtual void fail(Error error) = 0;

  State state = State::kNew;
  std::optional<ErrorKind> reason;
  typename std::list<std::shared_ptr<IsleJob>>::iterator position;
};

template <class Connection>
class IsleCore {
 public:
  using Job = IsleJob<Connection>;
  using JobPtr = std::shared_ptr<Job>;
  using Factory = std::function<Result<std::unique_ptr<Connection>>()>;

  IsleCore(std::size_t capacity_count, std::size_t max_waiting_count)
      : capacity_count_(capacity_count), max_waiting_count_(max_waiting_count) {}

  /// Queues `job`, or fails it. A caller that waits for room suspends just as one whose job is
  /// queued, so one list holds both: `wait_for_room` only says how long it may grow.
  void submit(const JobPtr& job, bool wait_for_room) {
    std::unique_lock lock(mutex_);
    const std::size_t room = capacity_count_ + (wait_for_room ? max_waiting_count_ : 0);
    std::optional<Error> refusal;
    if (job->reason) {
      refusal = given_up(*job->reason, Outcome::kNotApplied);
    } else if (!accepting_) {
      refusal = cause_;
    } else if (queue_.size() >= room) {
      refusal.emplace(
          ErrorKind::kQueueFull,
          "the isle's queue is full (" + std::to_string(queue_.size()) + " jobs); try again later");
      refusal->retryable = true;
    }
    if (refusal) {
      job->state = Job::State::kEnded;
      lock.unlock();
      job->fail(std::move(*refusal));
      return;
    }
    job->position = queue_.insert(queue_.end(), job);
    job->state = Job::State::kQueued;
    lock.unlock();
    wake_.notify_one();
  }

  /// Drops `job` if it is queued, interrupts it if it runs, and does nothing once it has ended.
  void stop(const JobPtr& job, ErrorKind reason) {
    std::unique_lock lock(mutex_);
    switch (job->state) {
      case Job::State::kNew:
        job->reason = reason;
        return;
      case Job::State::kQueued:
        queue_.erase(job->position);
        job->state = Job::State::kEnded;
        lock.unlock();
        job->fail(given_up(reason, Outcome::kNotApplied));
        return;
      case Job::State::kRunning:
        interrupt_running(*job, reason);
        return;
      case Job::State::kEnded:
        return;
    }
  }

  void shutdown() {
    {
      const std::lock_guard lock(mutex_);
      accepting_ = false;
    }
    wake_.notify_one();
  }

  void shutdown_now() {
    std::list<JobPtr> discarded;
    {
      const std::lock_guard lock(mutex_);
      accepting_ = false;
      discarded = take_queue();
      if (running_) interrupt_running(*running_, ErrorKind::kClosed);
    }
    wake_.notify_one();
    for (const JobPtr& job : discarded) job->fail(cause());
  }

  [[nodiscard]] bool closed() const {
    const std::lock_guard lock(mutex_);
    return !accepting_;
  }

  /// Completes `waiter` once the thread has closed the connection.
  void when_ended(std::shared_ptr<Waiter<void>> waiter) {
    {
      const std::lock_guard lock(mutex_);
      if (!ended_) {
        end_waiters_.push_back(std::move(waiter));
        return;
      }
    }
    complete(std::move(waiter), {});
  }

  /// The thread's body: opens the connection, runs jobs until told to end, closes it.
  void run(const Factory& factory) noexcept {
    auto opened = open(factory);
    if (opened) {
      serve(**opened);
    } else {
      close_with(std::move(opened.error()));
    }
    if (opened) opened->reset();
    std::vector<std::shared_ptr<Waiter<void>>> waiters;
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      waiters.swap(end_waiters_);
    }
    for (auto& waiter : waiters) complete(std::move(waiter), {});
  }

 private:
  static Result<std::unique_ptr<Connection>> open(const Factory& factory) noexcept try {
    return factory();
  } catch (const std::exception& exception) {
    return skep::fail(ErrorKind::kInternal,
                      std::string("opening the connection threw: ") + exception.what());
  } catch (...) {
    return skep::fail(ErrorKind::kInternal, "opening the connection threw");
  }

  void serve(Connection& connection) {
    for (;;) {
      JobPtr job;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return !queue_.empty() || !accepting_; });
        if (queue_.empty()) return;
        job = std::move(queue_.front());
        queue_.pop_front();
        job->state = Job::State::kRunning;
        connection.reset_interrupt();
        connection_ = &connection;
        running_ = job;
      }
      const bool threw = job->run(connection);
      {
        // From here on a late `stop` finds the job ended: it can't hit the next one.
        const std::lock_guard lock(mutex_);
        job->state = Job::State::kEnded;
        running_.reset();
        connection_ = nullptr;
      }
      if (!settle(connection, *job, threw)) {
        close_with(Error(ErrorKind::kClosed,
                         "the isle closed itself: its connection failed the health check"));
        return;
      }
    }
  }

  /// Brings the connection back to rest after `job` and delivers the job's result. Returns whether
  /// the connection is still usable.
  static bool settle(Connection& connection, Job& job, bool threw) {
    const bool left_open = !connection.idle();
    bool usable = true;
    if (threw || left_open) {
      connection.reset_interrupt();
      try {
        usable = connection.recover();
      } catch (...) {
        usable = false;
      }
    }
    if (job.reason) {
      job.finish_stopped(*job.reason);
    } else if (left_open && !threw && usable) {
      job.fail(Error(ErrorKind::kInternal, "the job left a transaction open; it was rolled back"));
    } else if (!usable && !threw) {
      job.finish_unusable();
    } else {
      job.finish();
    }
    return usable;
  }

  void close_with(Error error) {
    std::list<JobPtr> discarded;
    {
      const std::lock_guard lock(mutex_);
      accepting_ = false;
      cause_ = std::move(error);
      discarded = take_queue();
    }
    for (const JobPtr& job : discarded) job->fail(cause());
  }

  // The next two require the mutex.
  std::list<JobPtr> take_queue() {
    for (const JobPtr& job : queue_) job->state = Job::State::kEnded;
    return std::exchange(queue_, {});
  }

  void interrupt_running(Job& job, ErrorKind reason) {
    if (job.reason) return;
    job.reason = reason;
    connection_->interrupt();
  }

  Error cause() const {
    const std::lock_guard lock(mutex_);
    return cause_;
  }

  const std::size_t capacity_count_;
  const std::size_t max_waiting_count_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::list<JobPtr> queue_;
  JobPtr running_;
  Connection* connection_ = nullptr;
  bool accepting_ = true;
  bool ended_ = false;
  Error cause_{ErrorKind::kClosed, "the isle is closed"};
  std::vector<std::shared_ptr<Waiter<void>>> end_waiters_;
};

}  // namespace skep::detail
