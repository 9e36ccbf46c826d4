#include "sqlite/short_reads.hpp"

#include "sqlite/nonblocking_reads.hpp"

#include <boost/asio/post.hpp>

#include <bit>
#include <exception>
#include <ranges>
#include <string>
#include <utility>

namespace skep::sqlite {
namespace {

// What is read in one go, between two deliveries, by the helper and by a caller's executor.
constexpr std::size_t kHelperCost = 16;
constexpr std::size_t kCallerCost = 16;

// Connections for callers' executors: as many may read at once.
constexpr std::size_t kCallerConnections = 2;

// Whether the file system can read without waiting what was read just now.
bool reads_without_waiting(Connection& connection) {
  constexpr const char* kTouch = "SELECT 1 FROM outputs LIMIT 1";
  const auto touch = [&connection] {
    auto statement = connection.prepare(kTouch);
    return statement && statement->step().has_value();
  };
  if (!touch()) return false;
  sqlite3_db_release_memory(connection.handle());
  const NonblockingReads guard;
  return touch();
}

struct Served {
  std::vector<std::shared_ptr<detail::AnyWaiter>> answered;
  std::vector<std::shared_ptr<PendingRead>> undone;  // where not waiting was the reason
};

// Reads all of `batch` in one transaction, which begins after all of them were taken: each sees
// what was acknowledged before it. Where it can't begin, each read has its own.
Served serve(Connection& connection, const std::vector<std::shared_ptr<PendingRead>>& batch,
             bool may_wait) {
  Served served;
  served.answered.reserve(batch.size());
  const bool shared = batch.size() > 1 && connection.run("BEGIN").has_value();
  for (const auto& pending : batch) {
    if (!pending->read(connection) && !may_wait) {
      served.undone.push_back(pending);
    } else if (auto waiter = pending->answer()) {
      served.answered.push_back(std::move(waiter));
    }
  }
  if (shared && !connection.run("COMMIT")) connection.rollback();
  return served;
}

}  // namespace

void ShortReads::submit(const PendingPtr& pending) {
  std::optional<Error> refusal;
  bool on_caller = false;
  bool wake_helper = false;
  {
    const std::lock_guard lock(mutex_);
    if (pending->reason) {
      refusal = detail::given_up(*pending->reason, Outcome::kNotApplied);
    } else if (closing_) {
      refusal = Error(ErrorKind::kClosed, "the store is closed");
    } else if (queued_.size() >= max_queued_count_) {
      refusal = Error(ErrorKind::kQueueFull,
                      std::to_string(queued_.size()) + " reads wait already; try again later");
      refusal->retryable = true;
    } else {
      pending->position = queued_.insert(queued_.end(), pending);
      pending->state = PendingRead::State::kQueued;
      on_caller = idle_total_ != 0;
      if (!on_caller) wake_helper = !std::exchange(helping_, true);
    }
  }
  if (refusal) {
    refuse(*pending, std::move(*refusal));
    return;
  }
  if (wake_helper) call_helper();
  if (on_caller) {
    boost::asio::post(pending->executor,
                      [self = shared_from_this(), pending] { self->read_on_caller(pending); });
  }
}

void ShortReads::give_up(const PendingPtr& pending, ErrorKind reason) {
  {
    const std::lock_guard lock(mutex_);
    if (pending->state == PendingRead::State::kNew) {
      pending->reason = reason;
      return;
    }
    if (pending->state == PendingRead::State::kQueued) {
      queued_.erase(pending->position);
      pending->state = PendingRead::State::kTaken;
    }
  }
  refuse(*pending, detail::given_up(reason, Outcome::kNotApplied));
}

// On the executor of the read's caller.
void ShortReads::read_on_caller(const PendingPtr& pending) {
  std::unique_ptr<Connection> connection;
  std::vector<PendingPtr> batch;
  bool wake_helper = false;
  {
    const std::lock_guard lock(mutex_);
    if (pending->state != PendingRead::State::kQueued) return;
    if (idle_.empty()) {
      wake_helper = !std::exchange(helping_, true);
    } else {
      batch = take_on_caller(pending);
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  Served served;
  if (connection) {
    {
      const NonblockingReads guard;
      served = serve(*connection, batch, false);
    }
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
    if (!served.undone.empty()) {
      // What the engine could not do here (a page that is not in memory, a lock that is taken, a
      // body too large), it can do, or fail to do, where it may wait.
      put_back(served.undone);
      wake_helper = !std::exchange(helping_, true);
    }
    if (closing_) settled_.notify_all();
  }
  if (wake_helper) call_helper();
  detail::Finishing(std::move(served.answered))();
}

// The read, and those behind it that its executor can do in the same go.
std::vector<ShortReads::PendingPtr> ShortReads::take_on_caller(const PendingPtr& pending) {
  std::vector<PendingPtr> batch;
  std::size_t cost = 0;
  for (auto next = pending->position; next != queued_.end();) {
    cost += (*next)->cost;
    if (!batch.empty() && (cost > kCallerCost || (*next)->executor != pending->executor)) break;
    (*next)->state = PendingRead::State::kTaken;
    batch.push_back(std::move(*next));
    next = queued_.erase(next);
  }
  return batch;
}

void ShortReads::put_back(const std::vector<PendingPtr>& undone) {
  for (const PendingPtr& pending : undone | std::views::reverse) {
    pending->position = queued_.insert(queued_.begin(), pending);
    pending->state = PendingRead::State::kQueued;
  }
}

// Whoever has set `helping_` calls this next, without the mutex; `close` waits for it.
void ShortReads::call_helper() {
  std::optional<StartedIsle<Connection>> dead;  // its thread is joined without the mutex
  std::optional<Isle<Connection>> isle;
  try {
    const std::lock_guard lock(mutex_);
    if (!helper_ || helper_->isle.closed()) {
      dead.swap(helper_);
      helper_.emplace(start_isle<Connection>(open_reader_));
    }
    isle.emplace(helper_->isle);
  } catch (const std::exception& exception) {
    fail_queued(Error(ErrorKind::kInternal,
                      std::string("no thread to read on could be started: ") + exception.what()));
    return;
  }
  // The callback has no executor, so it runs on the thread that ends the job.
  isle->call([self = shared_from_this()](Connection& connection) { return self->help(connection); },
             {},
             [self = shared_from_this()](const Result<void>& helped) {
               if (!helped) self->fail_queued(helped.error());
             });
}

Result<void> ShortReads::help(Connection& connection) {
  if (!opened_for_callers_ && std::has_single_bit(++helped_count_)) open_for_callers();
  for (;;) {
    auto batch = take_for_helper();
    if (batch.empty()) return {};
    auto served = serve(connection, batch, true);
    batch.clear();
    detail::finish_all(std::move(served.answered));
  }
}

// On the helper's thread, since opening waits for the disk. What fails may do so for a moment only
// (a page that left the memory, a lock that was held), or for good: it is tried ever more rarely.
void ShortReads::open_for_callers() {
  if (!NonblockingReads::available()) return;
  std::vector<std::unique_ptr<Connection>> opened;
  for (std::size_t i = 0; i < kCallerConnections; ++i) {
    auto connection = open_reader_();
    // If not, the helper does all reads. This also opens the log and reads the schema.
    if (!connection || !reads_without_waiting(**connection)) return;
    sqlite3_busy_timeout((*connection)->handle(), 0);
    sqlite3_limit((*connection)->handle(), SQLITE_LIMIT_LENGTH, kMaxCallerBytes);
    opened.push_back(std::move(*connection));
  }
  const std::lock_guard lock(mutex_);
  if (closing_) return;
  idle_ = std::move(opened);
  idle_total_ = idle_.size();
  opened_for_callers_ = true;
}

// Nothing if the queue is empty: the helper is then done.
std::vector<ShortReads::PendingPtr> ShortReads::take_for_helper() {
  std::vector<PendingPtr> batch;
  std::size_t cost = 0;
  const std::lock_guard lock(mutex_);
  while (!queued_.empty() && cost < kHelperCost) {
    cost += queued_.front()->cost;
    queued_.front()->state = PendingRead::State::kTaken;
    batch.push_back(std::move(queued_.front()));
    queued_.pop_front();
  }
  if (batch.empty()) {
    helping_ = false;
    if (closing_) settled_.notify_all();
  }
  return batch;
}

void ShortReads::fail_queued(const Error& error) {
  std::list<PendingPtr> failed;
  {
    const std::lock_guard lock(mutex_);
    failed.swap(queued_);
    helping_ = false;
    if (closing_) settled_.notify_all();
    for (const PendingPtr& pending : failed) pending->state = PendingRead::State::kTaken;
  }
  for (const PendingPtr& pending : failed) refuse(*pending, error);
}

void ShortReads::close() {
  bool wake_helper = false;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    // Their callers' executors may be stopped: they are not counted on.
    if (!queued_.empty()) wake_helper = !std::exchange(helping_, true);
  }
  if (wake_helper) call_helper();
  std::vector<std::unique_ptr<Connection>> closed;
  std::optional<StartedIsle<Connection>> helper;
  {
    std::unique_lock lock(mutex_);
    settled_.wait(lock,
                  [this] { return queued_.empty() && !helping_ && idle_.size() == idle_total_; });
    closed.swap(idle_);
    idle_total_ = 0;
    helper.swap(helper_);
  }
}

}  // namespace skep::sqlite
