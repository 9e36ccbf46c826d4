#include "http/log.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cmath>
#include <memory>

namespace skep::http {
namespace {

constexpr std::size_t kQueuedLines = 8'192;

struct Log {
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
};

Log& the_log() {
  static Log log;
  return log;
}

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

bool is_logged(spdlog::level::level_enum level) {
  return the_log().logger && the_log().logger->should_log(level);
}

// The pattern of the logger adds time and level before the fields.
void write(spdlog::level::level_enum level, const boost::json::object& fields) {
  const std::string text = boost::json::serialize(fields);
  the_log().logger->log(level, std::string_view(text).substr(1));
}

}  // namespace

void start_log(LogLevel level) {
  Log& log = the_log();
  log.pool = std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1);
  log.logger = std::make_shared<spdlog::async_logger>(
      "skep", std::make_shared<spdlog::sinks::stderr_sink_mt>(), log.pool,
      spdlog::async_overflow_policy::overrun_oldest);
  log.logger->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v)",
                          spdlog::pattern_time_type::utc);
  log.logger->set_level(level_of(level));
}

void stop_log() {
  if (the_log().logger) the_log().logger->flush();
  the_log() = {};
}

void log_request(const RequestLine& line) {
  const auto level = line.status >= 500   ? spdlog::level::err
                     : line.status >= 400 ? spdlog::level::info
                                          : spdlog::level::debug;
  if (!is_logged(level)) return;
  const double milliseconds = std::chrono::duration<double, std::milli>(line.duration).count();
  boost::json::object fields{{"event", "request"},
                             {"request_id", line.request_id},
                             {"client", line.client},
                             {"method", line.method},
                             {"path", line.path},
                             {"status", line.status},
                             {"duration_ms", std::round(milliseconds * 1000) / 1000},
                             {"request_bytes", line.request_bytes},
                             {"response_bytes", line.response_bytes}};
  if (!line.holder.empty()) fields["sub"] = line.holder;
  if (!line.detail.empty()) fields["detail"] = line.detail;
  write(level, fields);
}

void log_event(LogLevel level, std::string_view message,
               std::initializer_list<std::pair<std::string_view, std::string>> fields) {
  if (!is_logged(level_of(level))) return;
  boost::json::object line{{"event", message}};
  for (const auto& [name, value] : fields) line[name] = value;
  write(level_of(level), line);
}

}  // namespace skep::http
