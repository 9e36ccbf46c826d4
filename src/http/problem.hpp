// Why a request failed, as RFC 9457 has it.
#pragma once

#include <skep/error.hpp>

#include <boost/beast/http/status.hpp>
#include <ostream>  // which Boost 1.81 forgets in what follows

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skep::http {

namespace beast_http = boost::beast::http;

/// A problem, before it is written. `type` is the stable last part of its URN; the types and their
/// statuses are listed in docs/http.md.
struct Problem {
  beast_http::status status;
  std::string_view type;  ///< A literal.
  std::string detail;
  Outcome outcome = Outcome::kNotApplied;
  int engine_code = 0;
  bool retryable = false;
  std::optional<std::uint64_t> line;  ///< Of an NDJSON body, from 1.
  std::vector<std::pair<std::string, std::string>> headers;

  Problem(beast_http::status problem_status, std::string_view problem_type, std::string text)
      : status(problem_status), type(problem_type), detail(std::move(text)) {}
  Problem(const Error& error);  // NOLINT(google-explicit-constructor)

  Problem& with_header(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

template <class T>
using OrProblem = std::expected<T, Problem>;

[[nodiscard]] inline std::unexpected<Problem> refuse(beast_http::status status,
                                                     std::string_view type, std::string detail) {
  return std::unexpected<Problem>(std::in_place, status, type, std::move(detail));
}

[[nodiscard]] inline std::unexpected<Problem> bad_request(std::string detail) {
  return refuse(beast_http::status::bad_request, "bad_request", std::move(detail));
}

[[nodiscard]] inline std::unexpected<Problem> refuse(const Error& error) {
  return std::unexpected<Problem>(error);
}

/// Of a client that finds no room, and may try again at once.
[[nodiscard]] inline Problem no_room(beast_http::status status, std::string_view type,
                                     std::string detail) {
  Problem problem(status, type, std::move(detail) + "; try again");
  problem.retryable = true;
  problem.with_header("Retry-After", "1");
  return problem;
}

/// The same where the server as a whole has none: 503.
[[nodiscard]] inline Problem overloaded(std::string detail) {
  return no_room(beast_http::status::service_unavailable, "overloaded", std::move(detail));
}

/// As JSON. Without a `request_id`, if it is empty: then it is part of an answer that has one.
[[nodiscard]] std::string to_json(const Problem& problem, std::string_view request_id);

}  // namespace skep::http
