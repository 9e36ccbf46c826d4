#include "remote/problem.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <string_view>
#include <utility>

namespace skep::remote {
namespace {

constexpr std::string_view kPrefix = "urn:skep:problem:";

constexpr std::array<std::pair<std::string_view, ErrorKind>, 24> kKinds = {{
    {"bad_request", ErrorKind::kInvalidArgument},
    {"malformed_json", ErrorKind::kInvalidArgument},
    {"invalid_argument", ErrorKind::kInvalidArgument},
    {"unauthorized", ErrorKind::kDenied},
    {"forbidden", ErrorKind::kDenied},
    {"host_not_allowed", ErrorKind::kDenied},
    {"origin_not_allowed", ErrorKind::kDenied},
    {"not_found", ErrorKind::kNotFound},
    {"conflict", ErrorKind::kConflict},
    {"key_reused", ErrorKind::kKeyReused},
    {"not_enabled", ErrorKind::kNotEnabled},
    {"too_large", ErrorKind::kTooLarge},
    {"target_too_long", ErrorKind::kTooLarge},
    {"header_too_large", ErrorKind::kTooLarge},
    {"corrupt", ErrorKind::kCorrupt},
    {"blob_missing", ErrorKind::kBlobMissing},
    {"blob_altered", ErrorKind::kBlobAltered},
    {"io", ErrorKind::kIo},
    {"queue_full", ErrorKind::kQueueFull},
    {"overloaded", ErrorKind::kQueueFull},
    {"too_many_requests", ErrorKind::kQueueFull},
    {"busy", ErrorKind::kBusy},
    {"timed_out", ErrorKind::kTimedOut},
    {"closed", ErrorKind::kClosed},
}};

ErrorKind kind_of(std::string_view type) {
  if (type.starts_with(kPrefix)) type.remove_prefix(kPrefix.size());
  for (const auto& [name, kind] : kKinds) {
    if (name == type) return kind;
  }
  return ErrorKind::kInternal;
}

std::string_view text_of(const boost::json::object& problem, std::string_view name) {
  const boost::json::value* member = problem.if_contains(name);
  const boost::json::string* text = member != nullptr ? member->if_string() : nullptr;
  return text != nullptr ? std::string_view(text->data(), text->size()) : std::string_view();
}

// What stands between a client and its server answers for it in words of its own.
Error error_of_stranger(const Answer& answer, const std::string& url, bool writes) {
  const bool refused = answer.status == 401 || answer.status == 403;
  Error error(refused ? ErrorKind::kDenied : ErrorKind::kInternal,
              url + " answered " + std::to_string(answer.status) +
                  ", and not in the words of a Skep server");
  const bool passing = answer.status == 502 || answer.status == 503 || answer.status == 504;
  if (writes && answer.status >= 500) error.outcome = Outcome::kInDoubt;
  error.retryable = passing && error.outcome == Outcome::kNotApplied;
  return error;
}

}  // namespace

Error error_of(const Answer& answer, const std::string& url, bool writes) {
  boost::json::error_code code;
  const boost::json::value parsed = boost::json::parse(answer.body, code);
  const boost::json::object* problem = code ? nullptr : parsed.if_object();
  if (problem == nullptr || text_of(*problem, "type").empty()) {
    return error_of_stranger(answer, url, writes);
  }
  Error error(kind_of(text_of(*problem, "type")), std::string(text_of(*problem, "detail")));
  if (error.message.empty()) error.message = text_of(*problem, "title");
  if (error.message.empty()) error.message = url + " answered " + std::to_string(answer.status);
  if (const auto* retryable = problem->if_contains("retryable")) {
    error.retryable = retryable->is_bool() && retryable->get_bool();
  }
  if (text_of(*problem, "outcome") == to_string(Outcome::kInDoubt)) {
    error.outcome = Outcome::kInDoubt;
  }
  if (const auto* engine_code = problem->if_contains("engine_code")) {
    boost::json::error_code ignored;
    error.engine_code = engine_code->to_number<int>(ignored);
  }
  return error;
}

}  // namespace skep::remote
