// The log: a JSON object a line, on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace skep::http {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };

/// Begins the log, which is written by a thread of its own: what does not fit its queue is dropped,
/// oldest first, so that a slow terminal holds up no request. Until then nothing is logged.
void start_log(LogLevel level);

/// Writes what waits, and ends the log.
void stop_log();

/// What is told of a request. Never its query: a token may be in there.
struct RequestLine {
  std::string_view request_id;
  std::string_view client;  ///< The peer's address.
  std::string_view holder;  ///< The token's `sub`.
  std::string_view method;
  std::string_view path;
  unsigned status = 0;
  std::chrono::nanoseconds duration{};
  std::uint64_t request_bytes = 0;
  std::uint64_t response_bytes = 0;
  std::string_view detail;  ///< Of a problem.
};

/// By status: 5xx is an error, 4xx information, the rest for debugging.
void log_request(const RequestLine& line);

void log_event(LogLevel level, std::string_view message,
               std::initializer_list<std::pair<std::string_view, std::string>> fields = {});

}  // namespace skep::http
