// Awaiting a call that waits in a queue.
#pragma once

#include <skep/awaitable.hpp>
#include <skep/detail/waiter.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

namespace skep::sqlite {

/// Makes a `PendingCall` of `payload` and hands it to `queue` when it is awaited. Cancellation and
/// timeout go to the queue's `give_up`. The queue is kept alive until the call has ended.
template <class PendingCall, class Value, class Queue, class Payload>
Awaitable<Value> submit(std::shared_ptr<Queue> queue, Payload payload, CallOptions options) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<Value>)>(
      [](auto handler, std::shared_ptr<Queue> to, Payload what, CallOptions call_options) {
        auto waiter = detail::make_waiter<Value>(std::move(handler));
        auto pending = std::make_shared<PendingCall>(std::move(what), waiter);
        waiter->watch(call_options, [weak_queue = std::weak_ptr(to),
                                     weak_pending = std::weak_ptr(pending)](ErrorKind reason) {
          const auto live_queue = weak_queue.lock();
          const auto live_pending = weak_pending.lock();
          if (live_queue && live_pending) live_queue->give_up(live_pending, reason);
        });
        to->submit(pending);
      },
      boost::asio::use_awaitable, std::move(queue), std::move(payload), options);
}

}  // namespace skep::sqlite
