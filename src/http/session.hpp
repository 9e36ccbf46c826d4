// One connection: its requests, one after another.
#pragma once

#include "http/router.hpp"
#include "http/service.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <memory>

namespace skep::http {

/// All calls come from the one thread that the connection lives on.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;

  /// Serves requests until the connection ends.
  [[nodiscard]] virtual boost::asio::awaitable<void> run() = 0;

  /// Cuts off a wait that has lasted too long.
  void check_deadline(std::chrono::steady_clock::time_point now) {
    if (now < deadline_ && now < stop_at_) return;
    // Once more, should this interrupt fall between two waits.
    deadline_ = now + std::chrono::seconds(1);
    stop_at_ = kNever;
    timed_out_ = true;
    interrupt();
  }

  /// Ends the connection after what it is at, and at once if that is nothing; a stream that has no
  /// end after a moment, in which it gives what was committed before.
  void stop() {
    constexpr std::chrono::milliseconds kStreamEnd(200);
    if (is_waiting_) interrupt();
    if (is_streaming_) stop_at_ = std::chrono::steady_clock::now() + kStreamEnd;
  }

  /// Ends it at once.
  virtual void close() = 0;

 protected:
  static constexpr std::chrono::steady_clock::time_point kNever =
      std::chrono::steady_clock::time_point::max();

  Session() = default;

  /// Makes what the socket is at fail.
  virtual void interrupt() = 0;

  // NOLINTBEGIN(misc-non-private-member-variables-in-classes)
  std::chrono::steady_clock::time_point deadline_ = kNever;
  bool timed_out_ = false;
  bool is_waiting_ = false;    // for a request to begin
  bool is_streaming_ = false;  // what has no end
  std::chrono::steady_clock::time_point stop_at_ = kNever;
  // NOLINTEND(misc-non-private-member-variables-in-classes)
};

/// Without `tls`, a plain connection. One for which there is no room gets a 503 and ends. What is
/// passed by reference must outlive it.
[[nodiscard]] std::shared_ptr<Session> make_session(boost::asio::ip::tcp::socket socket,
                                                    boost::asio::ssl::context* tls,
                                                    Service& service, Router& router,
                                                    bool has_room);

}  // namespace skep::http
