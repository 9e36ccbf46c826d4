#include "store/append_signal.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace skep {
namespace {

using Waiters = std::list<std::shared_ptr<detail::Waiter<void>>>;

void answer_all(const Waiters& waiting, const Result<void>& result) {
  std::vector<std::shared_ptr<detail::AnyWaiter>> answered;
  for (const auto& waiter : waiting) {
    if (waiter->answer(result)) answered.push_back(waiter);
  }
  detail::finish_all(std::move(answered));
}

}  // namespace

void AppendSignal::set(std::int64_t last_seq) {
  Waiters woken;
  {
    const std::lock_guard lock(mutex_);
    if (last_seq_.load() == last_seq) return;
    last_seq_.store(last_seq);
    woken.swap(waiting_);
  }
  if (!woken.empty()) answer_all(woken, {});
}

Awaitable<void> AppendSignal::wait(std::int64_t seen, CallOptions options) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<void>)>(
      [](auto handler, std::shared_ptr<AppendSignal> self, std::int64_t seen_seq,
         CallOptions call_options) {
        self->start(detail::make_waiter<void>(std::move(handler)), seen_seq, call_options);
      },
      boost::asio::use_awaitable, shared_from_this(), seen, options);
}

void AppendSignal::start(const WaiterPtr& waiter, std::int64_t seen, CallOptions options) {
  waiter->watch(options, [weak_self = weak_from_this(),
                          weak_waiter = std::weak_ptr(waiter)](ErrorKind reason) {
    const auto self = weak_self.lock();
    const auto live_waiter = weak_waiter.lock();
    if (self && live_waiter) self->give_up(live_waiter, reason);
  });
  bool closed = false;
  {
    const std::lock_guard lock(mutex_);
    closed = closed_;
    if (!closed && last_seq_.load() == seen) {
      waiting_.push_back(waiter);
      return;
    }
  }
  if (closed) {
    detail::complete(waiter, fail(ErrorKind::kClosed, "the store is closed"));
  } else {
    detail::complete(waiter, {});
  }
}

void AppendSignal::give_up(const WaiterPtr& waiter, ErrorKind reason) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.remove(waiter);
  }
  detail::complete(waiter, std::unexpected(detail::given_up(reason, Outcome::kNotApplied)));
}

void AppendSignal::close() {
  Waiters ended;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    ended.swap(waiting_);
  }
  answer_all(ended, fail(ErrorKind::kClosed, "the store was closed"));
}

bool AppendSignal::is_awaited() const {
  const std::lock_guard lock(mutex_);
  return !waiting_.empty();
}

}  // namespace skep
