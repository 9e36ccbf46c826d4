// Messages on their way to standard output.
#pragma once

#include "mcp/json_rpc.hpp"
#include "mcp/line_pipe.hpp"

#include <skep/isle.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <string>

namespace skep::mcp {

/// Writes messages a line each, in their order. All of it lives on the thread of its context.
class Outbox {
 public:
  Outbox(boost::asio::io_context& context, int descriptor);

  void send(const JsonValue& message);

  /// What waits to be written.
  [[nodiscard]] std::size_t waiting_bytes() const noexcept { return waiting_bytes_; }

  /// Writes until `end` was called and nothing is left. Errors: `kIo` if nobody reads any more.
  [[nodiscard]] boost::asio::awaitable<Result<void>> run();

  void end();
  /// Leaves what is not written yet, even in the middle of a line.
  void abandon();

 private:
  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool has_ended_ = false;
  boost::asio::steady_timer wake_up_;
  boost::asio::cancellation_signal abandon_;
  StartedIsle<LineOutput> output_;
};

}  // namespace skep::mcp
