#include "sqlite/background_indexing.hpp"

#include "sqlite/checkpoint.hpp"
#include "sqlite/search_index.hpp"

#include <chrono>
#include <utility>

namespace skep::sqlite {
namespace {

constexpr std::chrono::seconds kRest(1);

// True if there is nothing left to do.
Result<bool> index_what_is_new(Connection& connection) {
  const auto backlog = search_backlog(connection);
  if (!backlog) return std::unexpected(backlog.error());
  if (!*backlog) return true;
  auto done = index_some(connection, **backlog);
  checkpoint_if_due(connection);
  return done;
}

}  // namespace

void BackgroundIndexing::start() {
  const std::lock_guard lock(mutex_);
  if (thread_ || closing_) return;
  thread_.emplace([this] { run(); });
}

void BackgroundIndexing::close() {
  std::optional<std::thread> ended;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    ended.swap(thread_);
  }
  changed_.notify_all();
  if (ended) ended->join();
}

void BackgroundIndexing::run() {
  std::int64_t indexed_seq = 0;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kRest, [this] { return closing_; })) {
    const std::int64_t seen = signal_->last_seq();
    while (seen != indexed_seq) {
      portion_ = Portion::kUnderWay;
      lock.unlock();
      index_portion();
      lock.lock();
      changed_.wait(lock, [this] { return closing_ || portion_ != Portion::kUnderWay; });
      if (closing_) return;
      // Appends go first, while there are any.
      if (seen != signal_->last_seq()) break;
      if (portion_ == Portion::kLast) indexed_seq = seen;
    }
  }
}

// What fails, or finds no room, is done later, or by whoever searches, who gets the error.
void BackgroundIndexing::index_portion() {
  auto ended = [self = shared_from_this()](const Result<bool>& done) {
    {
      const std::lock_guard lock(self->mutex_);
      self->portion_ = done.value_or(true) ? Portion::kLast : Portion::kDone;
    }
    self->changed_.notify_all();
  };
  writer_.try_call([](Connection& connection) { return index_what_is_new(connection); }, {},
                   std::move(ended));
}

}  // namespace skep::sqlite
