// Requests and answers, over connections that are kept.
#pragma once

#include "remote/endpoint.hpp"
#include "remote/exchange.hpp"
#include "remote/message.hpp"

#include <skep/awaitable.hpp>
#include <skep/call_options.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace skep::remote {

struct ClientSettings {
  Endpoint endpoint;
  std::string token;
  std::optional<boost::asio::ssl::context> tls;  ///< Set for https.
  std::size_t max_connections = 64;
  std::chrono::milliseconds connect_timeout{10'000};
  std::size_t max_answer_bytes = 0;
};

/// An Asio socket belongs to one execution context, and callers come with contexts of their own
/// that may end any time. So all sockets live on one context with a thread of its own, and requests
/// and answers are posted between it and the callers, as with an isle. That thread only moves
/// bytes: JSON is written and read by the callers.
class Client {
 public:
  explicit Client(ClientSettings settings);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();  ///< As `close`, and ends the thread.

  /// Sends `request`, in its turn, and gives the answer, whatever its status. Errors: `kQueueFull`,
  /// `kTimedOut`, `kCancelled`, `kClosed`, `kTooLarge` for an answer over the limit, `kInternal`.
  [[nodiscard]] Awaitable<Answer> send(Request request, CallOptions options);

  /// Refuses new requests, ends those that wait for news, and completes when none is under way.
  [[nodiscard]] Awaitable<void> close();

  /// Whether new requests are refused.
  [[nodiscard]] bool closed() const noexcept { return closed_; }

 private:
  // Requests that take turns. Those that wait for news have a lane of their own: they may take
  // long.
  struct Lane {
    std::size_t free_count = 0;
    std::deque<std::shared_ptr<Exchange>> queue;
  };

  struct Idle {
    std::shared_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
  };

  // All below run on the client's thread.
  void submit(const std::shared_ptr<Exchange>& exchange);
  void start(Lane& lane, std::shared_ptr<Exchange> exchange);
  void ended(Lane& lane, const std::shared_ptr<Exchange>& exchange);
  void begin_close();
  void finish_close();
  boost::asio::awaitable<void> run(std::shared_ptr<Exchange> exchange);
  boost::asio::awaitable<bool> open(std::shared_ptr<Exchange> exchange,
                                    std::shared_ptr<Connection> connection);
  [[nodiscard]] std::shared_ptr<Connection> take_idle();
  [[nodiscard]] Connection::Message message_of(Request& request) const;
  [[nodiscard]] Error failure(boost::system::error_code code) const;

  ClientSettings settings_;
  std::atomic<bool> closed_ = false;
  boost::asio::io_context context_{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  Lane short_lane_;
  Lane waiting_lane_;
  std::set<std::shared_ptr<Exchange>> under_way_;  // Or in a queue.
  std::vector<Idle> idle_;
  std::vector<std::shared_ptr<detail::Waiter<void>>> close_waiters_;
  std::thread thread_;
};

}  // namespace skep::remote
