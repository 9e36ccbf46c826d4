// Requests under way, which their client may cancel.
#pragma once

#include "mcp/json_rpc.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace skep::mcp {

/// The most requests of one client at a time.
inline constexpr std::size_t kMaxRunningRequests = 256;

/// One of them. It is cancelled on its own executor.
struct RunningRequest {
  explicit RunningRequest(boost::asio::any_io_executor runs_on) : executor(std::move(runs_on)) {}

  const boost::asio::any_io_executor executor;
  boost::asio::cancellation_signal cancel;
  bool is_cancelled = false;  ///< Its executor's.
};

/// Thread-safe.
class Running {
 public:
  /// Nothing if the id is in use.
  [[nodiscard]] OrRpcError<std::shared_ptr<RunningRequest>> add(
      const JsonValue& id, boost::asio::any_io_executor executor);
  void remove(const JsonValue& id);

  void cancel(const JsonValue& id);
  void cancel_all();

  [[nodiscard]] std::size_t count() const;

 private:
  static void cancel(const std::shared_ptr<RunningRequest>& request);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<RunningRequest>> requests_;  // by id, as JSON
};

}  // namespace skep::mcp
