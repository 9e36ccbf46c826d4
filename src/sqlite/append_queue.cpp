#include "sqlite/append_queue.hpp"

#include <exception>
#include <string>
#include <utility>

namespace skep::sqlite {

void AppendQueue::submit(const PendingPtr& pending) {
  std::optional<Error> refusal;
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t bytes = pending->append.bytes();
    if (pending->reason) {
      refusal = detail::given_up(*pending->reason, Outcome::kNotApplied);
    } else if (closing_) {
      refusal = Error(ErrorKind::kClosed, "the store is closed");
    } else if (queued_.size() >= limits_.max_queued_count ||
               (!queued_.empty() && queued_bytes_ + bytes > limits_.max_queued_bytes)) {
      refusal = Error(ErrorKind::kQueueFull,
                      std::to_string(queued_.size()) + " appends wait already; try again later");
      refusal->retryable = true;
    } else {
      pending->position = queued_.insert(queued_.end(), pending);
      pending->state = Pending::State::kQueued;
      queued_bytes_ += bytes;
      first = !std::exchange(commit_scheduled_, true);
    }
  }
  if (refusal) pending->waiter->complete(std::unexpected(std::move(*refusal)));
  if (first) schedule_commit();
}

void AppendQueue::give_up(const PendingPtr& pending, ErrorKind reason) {
  auto outcome = Outcome::kNotApplied;
  {
    const std::lock_guard lock(mutex_);
    switch (pending->state) {
      case Pending::State::kNew:
        pending->reason = reason;
        return;
      case Pending::State::kQueued:
        queued_bytes_ -= pending->append.bytes();
        queued_.erase(pending->position);
        break;
      case Pending::State::kCommitting:
        outcome = Outcome::kInDoubt;
        break;
    }
  }
  pending->waiter->complete(std::unexpected(detail::given_up(reason, outcome)));
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
    const auto batch = take_batch();
    if (!batch.empty()) commit_batch(connection, batch);
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

void AppendQueue::commit_batch(Connection& connection, const std::vector<PendingPtr>& batch) {
  std::vector<Result<OutputRef>> results;
  results.reserve(batch.size());
  const auto commit = [&]() -> Result<void> {
    auto transaction = Transaction::begin(connection);
    if (!transaction) return std::unexpected(std::move(transaction.error()));
    auto insertion = Insertion::start(connection);
    if (!insertion) return std::unexpected(std::move(insertion.error()));
    for (const PendingPtr& pending : batch) {
      results.push_back(insertion->insert(pending->append, ids_));
      // A constraint fails one statement; a full disk may have rolled back the whole transaction.
      if (connection.idle()) return std::unexpected(results.back().error());
    }
    return transaction->commit();
  };
  Result<void> committed;
  try {
    committed = commit();
  } catch (const std::exception& exception) {  // no memory, most likely
    Error error(ErrorKind::kInternal, std::string("the commit threw: ") + exception.what());
    error.outcome = Outcome::kInDoubt;
    committed = std::unexpected(std::move(error));
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!committed) {
      batch[i]->waiter->complete(std::unexpected(committed.error()));
    } else {
      batch[i]->waiter->complete(std::move(results[i]));
    }
  }
}

std::vector<AppendQueue::PendingPtr> AppendQueue::take_batch() {
  std::vector<PendingPtr> batch;
  std::size_t bytes = 0;
  const std::lock_guard lock(mutex_);
  while (!queued_.empty() && batch.size() < limits_.max_commit_count) {
    const std::size_t next_bytes = queued_.front()->append.bytes();
    if (!batch.empty() && bytes + next_bytes > limits_.max_commit_bytes) break;
    bytes += next_bytes;
    batch.push_back(std::move(queued_.front()));
    queued_.pop_front();
    batch.back()->state = Pending::State::kCommitting;
  }
  queued_bytes_ -= bytes;
  return batch;
}

void AppendQueue::fail_queued(const Error& error) {
  std::list<PendingPtr> failed;
  {
    const std::lock_guard lock(mutex_);
    failed.swap(queued_);
    queued_bytes_ = 0;
    commit_scheduled_ = false;
    for (const PendingPtr& pending : failed) pending->state = Pending::State::kCommitting;
  }
  for (const PendingPtr& pending : failed) pending->waiter->complete(std::unexpected(error));
}

}  // namespace skep::sqlite
