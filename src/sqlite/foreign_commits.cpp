#include "sqlite/foreign_commits.hpp"

#include "sqlite/read.hpp"

#include <chrono>
#include <utility>

namespace skep::sqlite {
namespace {

constexpr std::chrono::milliseconds kLookEvery(25);

// Looking goes on for so long after the last one who waited: those who follow the store wait again
// and again, and starting a job each time would cost more than the looks.
constexpr int kLooksUnneeded = 40;

}  // namespace

void ForeignCommits::watch() {
  std::optional<Isle<Connection>> isle;
  {
    const std::lock_guard lock(mutex_);
    looks_left_ = kLooksUnneeded;
    if (watching_ || closing_) return;
    watching_ = true;
    if (failed_) isle_.reset();
    failed_ = false;
    if (!isle_) isle_.emplace(start_isle<Connection>(open_reader_));
    isle = isle_->isle;
  }
  isle->call([self = shared_from_this()](Connection& connection) { self->look(connection); }, {},
             [self = shared_from_this()](const Result<void>& looked) {
               if (looked) return;
               const std::lock_guard lock(self->mutex_);
               self->watching_ = false;
               self->failed_ = true;
             });
}

void ForeignCommits::close() {
  std::optional<StartedIsle<Connection>> ended;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    ended.swap(isle_);
  }
  closed_.notify_all();
  // Its end joins the thread.
}

void ForeignCommits::look(Connection& connection) {
  for (;;) {
    const auto last_seq = read_last_seq(connection);
    // A file that is locked or damaged for now is looked at again; its readers get the error.
    if (last_seq) signal_->set(*last_seq);
    const bool needed = signal_->is_awaited();
    std::unique_lock lock(mutex_);
    if (needed) looks_left_ = kLooksUnneeded;
    if (--looks_left_ < 0 || closed_.wait_for(lock, kLookEvery, [this] { return closing_; })) {
      watching_ = false;  // under the mutex, so that no `watch` believes in a look that won't come
      return;
    }
  }
}

}  // namespace skep::sqlite
