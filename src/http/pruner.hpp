// The policy by which a server prunes its store.
#pragma once

#include "http/service.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>

namespace skep::http {

/// Prunes when it starts, and then again and again, on a thread of its own; if the options name a
/// criterion. What it did is in the log and in the metrics.
class Pruner {
 public:
  explicit Pruner(Service& service);
  Pruner(const Pruner&) = delete;
  Pruner& operator=(const Pruner&) = delete;
  ~Pruner();  ///< Ends a prune that is under way, and waits for that.

 private:
  boost::asio::awaitable<void> run();
  boost::asio::awaitable<void> prune_once();

  Service& service_;
  boost::asio::io_context context_{1};
  boost::asio::cancellation_signal stop_;
  std::thread thread_;
};

}  // namespace skep::http
