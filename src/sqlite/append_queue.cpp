#include "sqlite/append_queue.hpp"

#include "sqlite/checkpoint.hpp"
#include "store/activity.hpp"

#include <exception>
#include <string>
#include <utility>

namespace skep::sqlite {
void AppendQueue::submit(const PendingPtr& pending) {
  std::optional<Error> refusal;
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (pending->reason) {
      refusal = detail::given_up(*pending->reason, Outcome::kNotApplied);
    } else if (closing_) {
      refusal = Error(ErrorKind::kClosed, "the store is closed");
    } else if (queued_.size() >= limits_.max_queued_count ||
               (!queued_.empty() &&
                queued_bytes_ + pending->byte_count > limits_.max_queued_bytes)) {
      refusal = Error(ErrorKind::kQueueFull,
                      std::to_string(queued_.size()) + " appends wait already; try again later");
      refusal->retryable = true;
    } else {
      pending->position = queued_.insert(queued_.end(), pending);
      pending->state = PendingAppend::State::kQueued;
      queued_bytes_ += pending->byte_count;
      first = !std::exchange(commit_scheduled_, true);
    }
  }
  if (refusal) refuse(*pending, std::move(*refusal));
  if (first) schedule_commit();
}

void AppendQueue::give_up(const PendingPtr& pending, ErrorKind reason) {
  auto outcome = Outcome::kNotApplied;
  {
    const std::lock_guard lock(mutex_);
    switch (pending->state) {
      case PendingAppend::State::kNew:
        pending->reason = reason;
        return;
      case PendingAppend::State::kQueued:
        queued_bytes_ -= pending->byte_count;
        queued_.erase(pending->position);
        pending->state = PendingAppend::State::kEnded;
        break;
      case PendingAppend::State::kTaken:
        outcome = Outcome::kInDoubt;
        break;
      case PendingAppend::State::kEnded:
        return;
    }
  }
  refuse(*pending, detail::given_up(reason, outcome));
}

StoreActivity AppendQueue::activity() const {
  const std::lock_guard lock(mutex_);
  StoreActivity activity = activity_;
  activity.queued_count = queued_.size();
  activity.queued_bytes = queued_bytes_;
  return activity;
}

void AppendQueue::close() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
}

void AppendQueue::schedule_commit() {
  // The callback has no executor, so it runs on the thread that ends the job.
  writer_.call(
      [self = shared_from_this()](Connection& connection) { return self->commit_some(connection); },
      {},
      [self = shared_from_this()](const Result<void>& committed) {
        if (!committed) self->fail_queued(committed.error());
      });
}

Result<void> AppendQueue::commit_some(Connection& connection) {
  for (;;) {
    commit_batch(connection);
    checkpoint_if_due(connection);
    if (!connection.trusted()) {
      return fail(ErrorKind::kInternal,
                  "the file could not be synced, and can't be trusted until it is opened again");
    }
    bool closing = false;
    {
      const std::lock_guard lock(mutex_);
      if (queued_.empty()) {
        commit_scheduled_ = false;
        return {};
      }
      closing = closing_;
    }
    // Between two commits other jobs of the writer have their turn; a closing one takes no new job.
    if (!closing) {
      schedule_commit();
      return {};
    }
  }
}

void AppendQueue::commit_batch(Connection& connection) {
  Batch batch;
  if (!take_more(batch)) return;
  Result<std::int64_t> committed;
  try {
    committed = insert_batch(connection, batch);
  } catch (const std::exception& exception) {  // no memory, most likely
    Error error(ErrorKind::kInternal, std::string("the commit threw: ") + exception.what());
    error.outcome = Outcome::kInDoubt;
    committed = std::unexpected(std::move(error));
  }
  if (committed) {
    const std::lock_guard lock(mutex_);
    count_commit(activity_, batch.record_count);
  }
  std::vector<std::shared_ptr<detail::AnyWaiter>> answered;
  answered.reserve(batch.appends.size());
  for (const PendingPtr& pending : batch.appends) {
    auto waiter = committed ? pending->answer() : pending->answer(committed.error());
    if (waiter) answered.push_back(std::move(waiter));
  }
  batch.appends.clear();
  detail::finish_all(std::move(answered));
  if (committed) signal_->set(*committed);
}

Result<std::int64_t> AppendQueue::insert_batch(Connection& connection, Batch& batch) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  auto insertion = Insertion::start(connection);
  if (!insertion) return std::unexpected(std::move(insertion.error()));
  std::size_t next = 0;
  do {
    for (; next < batch.appends.size(); ++next) {
      const auto inserted = batch.appends[next]->insert(*insertion, ids_);
      // A constraint fails one append; a full disk may have rolled back the whole transaction.
      if (!connection.in_transaction()) return std::unexpected(inserted.error());
    }
    // What came in the meantime shares this sync, or its callers would all wait for the next one.
  } while (take_more(batch));
  if (auto finished = insertion->finish(); !finished) {
    return std::unexpected(std::move(finished.error()));
  }
  if (auto committed = transaction->commit(); !committed) {
    return std::unexpected(std::move(committed.error()));
  }
  return insertion->last_seq();
}

// Returns whether there was more to take, within the limits of a commit.
bool AppendQueue::take_more(Batch& batch) {
  const std::size_t count_before = batch.appends.size();
  const std::lock_guard lock(mutex_);
  while (!queued_.empty()) {
    PendingPtr& next = queued_.front();
    // One that is over the limits alone is committed alone.
    if (!batch.appends.empty() &&
        (batch.record_count + next->record_count > limits_.max_commit_count ||
         batch.byte_count + next->byte_count > limits_.max_commit_bytes)) {
      break;
    }
    batch.record_count += next->record_count;
    batch.byte_count += next->byte_count;
    queued_bytes_ -= next->byte_count;
    next->state = PendingAppend::State::kTaken;
    batch.appends.push_back(std::move(next));
    queued_.pop_front();
  }
  return batch.appends.size() > count_before;
}

void AppendQueue::fail_queued(Error error) {
  error.outcome = Outcome::kNotApplied;  // whatever came of the job that ended, these never began
  std::list<PendingPtr> failed;
  {
    const std::lock_guard lock(mutex_);
    failed.swap(queued_);
    queued_bytes_ = 0;
    commit_scheduled_ = false;
    for (const PendingPtr& pending : failed) pending->state = PendingAppend::State::kEnded;
  }
  for (const PendingPtr& pending : failed) refuse(*pending, error);
}

}  // namespace skep::sqlite
