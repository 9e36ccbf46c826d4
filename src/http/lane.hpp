// A thread of the server, and the connections that live on it.
#pragma once

#include "http/session.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <thread>

namespace skep::http {

/// Connections on one thread need no locks. Calls may come from any thread, but for `end`.
class Lane {
 public:
  explicit Lane(Service& service);
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  ~Lane() { end(); }

  [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }

  /// `count` is one less when the session has ended.
  void start(std::shared_ptr<Session> session, std::atomic<std::size_t>& count);

  /// Ends connections after the request that they are at.
  void stop();

  /// Ends connections now, and what their requests are at.
  void cut();

  /// Waits for the thread, which ends once no connection is left.
  void end();

 private:
  struct Guest {
    std::shared_ptr<Session> session;
    boost::asio::cancellation_signal cancel;
  };

  boost::asio::awaitable<void> watch_deadlines();

  Service& service_;
  boost::asio::io_context context_{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  boost::asio::steady_timer timer_{context_};
  std::list<Guest> guests_;  // the lane's thread only
  std::thread thread_;
};

}  // namespace skep::http
