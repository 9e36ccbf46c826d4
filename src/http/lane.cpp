#include "http/lane.hpp"

#include "http/log.hpp"
#include "http/message_reader.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <string>
#include <utility>

namespace skep::http {
namespace {

// How late a deadline is noticed.
constexpr std::chrono::milliseconds kTick(50);

// One that was cut off ends with the exception that Asio makes of that.
void tell(const std::exception_ptr& thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) return;
    log_event(LogLevel::kError, "a connection threw", {{"what", error.what()}});
  } catch (const std::exception& exception) {
    log_event(LogLevel::kError, "a connection threw", {{"what", exception.what()}});
  }
}

}  // namespace

Lane::Lane(Service& service) : service_(service), work_(context_.get_executor()) {
  boost::asio::co_spawn(context_, watch_deadlines(), boost::asio::detached);
  thread_ = std::thread([this] { context_.run(); });
}

void Lane::start(std::shared_ptr<Session> session, std::atomic<std::size_t>& count) {
  boost::asio::post(context_, [this, session = std::move(session), &count]() mutable {
    const auto guest = guests_.emplace(guests_.end());
    guest->session = std::move(session);
    service_.metrics.connections.Increment();
    boost::asio::co_spawn(
        context_, guest->session->run(),
        boost::asio::bind_cancellation_slot(guest->cancel.slot(),
                                            [this, guest, &count](std::exception_ptr thrown) {
                                              guest->session->close();
                                              guests_.erase(guest);
                                              service_.metrics.connections.Decrement();
                                              count.fetch_sub(1);
                                              tell(thrown);
                                            }));
    if (service_.stopping) guest->session->stop();
  });
}

void Lane::stop() {
  boost::asio::post(context_, [this] {
    work_.reset();
    for (Guest& guest : guests_) guest.session->stop();
  });
}

void Lane::cut() {
  boost::asio::post(context_, [this] {
    for (Guest& guest : guests_) {
      guest.session->close();
      guest.cancel.emit(boost::asio::cancellation_type::terminal);
    }
  });
}

void Lane::end() {
  boost::asio::post(context_, [this] {
    work_.reset();
    timer_.cancel();
  });
  if (thread_.joinable()) thread_.join();
}

boost::asio::awaitable<void> Lane::watch_deadlines() {
  while (work_ || !guests_.empty()) {
    timer_.expires_after(kTick);
    co_await timer_.async_wait(kAsTuple);
    const auto now = std::chrono::steady_clock::now();
    for (Guest& guest : guests_) guest.session->check_deadline(now);
  }
}

}  // namespace skep::http
