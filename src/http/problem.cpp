#include "http/problem.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace skep::http {
namespace {

using beast_http::status;

status status_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kNotFound:
      return status::not_found;
    case ErrorKind::kInvalidArgument:
    case ErrorKind::kKeyReused:
      return status::unprocessable_entity;
    case ErrorKind::kTooLarge:
      return status::payload_too_large;
    case ErrorKind::kDenied:
      return status::forbidden;
    case ErrorKind::kConflict:
    case ErrorKind::kNotEnabled:
      return status::conflict;
    case ErrorKind::kBusy:
    case ErrorKind::kQueueFull:
    case ErrorKind::kCancelled:
    case ErrorKind::kTimedOut:
    case ErrorKind::kClosed:
      return status::service_unavailable;
    default:
      return status::internal_server_error;
  }
}

// "not_found" as "Not found".
std::string title_of(std::string_view type) {
  std::string title(type);
  std::ranges::replace(title, '_', ' ');
  if (!title.empty() && title.front() >= 'a') title.front() = static_cast<char>(title.front() - 32);
  return title;
}

}  // namespace

Problem::Problem(const Error& error)
    : status(status_of(error.kind)),
      type(to_string(error.kind)),
      detail(error.message),
      outcome(error.outcome),
      engine_code(error.engine_code),
      retryable(error.retryable) {
  if (status == beast_http::status::service_unavailable) with_header("Retry-After", "1");
}

std::string to_json(const Problem& problem, std::string_view request_id) {
  boost::json::object object;
  object["type"] = "urn:skep:problem:" + std::string(problem.type);
  object["title"] = title_of(problem.type);
  object["status"] = static_cast<int>(problem.status);
  object["detail"] = problem.detail;
  object["error"] = problem.detail;
  object["retryable"] = problem.retryable;
  object["outcome"] = to_string(problem.outcome);
  if (problem.engine_code != 0) object["engine_code"] = problem.engine_code;
  if (problem.line) object["line"] = *problem.line;
  if (!request_id.empty()) object["request_id"] = request_id;
  return boost::json::serialize(object);
}

}  // namespace skep::http
