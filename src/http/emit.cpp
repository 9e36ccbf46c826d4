#include "http/emit.hpp"

#include "json/request_json.hpp"
#include "json/validate.hpp"

#include <skep/limits.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace skep::http {
namespace {

OrProblem<AppendRequest> checked(Result<AppendRequest> request) {
  if (!request) return refuse(request.error());
  return std::move(*request);
}

}  // namespace

OrProblem<void> check_json(std::string_view text) {
  if (const auto valid = json::validate(text, json::kMaxEventDepth + 1); !valid) {
    return refuse(beast_http::status::bad_request, "malformed_json", valid.error().message);
  }
  return {};
}

OrProblem<AppendRequest> read_emit(std::string_view text, const Service& service) {
  if (auto valid = check_json(text); !valid) return std::unexpected(std::move(valid.error()));
  return checked(json::read_request(text, service.store.max_body_bytes()));
}

OrProblem<AppendRequest> take_emit(std::string body, const Service& service,
                                   const std::string* agent) {
  if (auto valid = check_json(body); !valid) return std::unexpected(std::move(valid.error()));
  return checked(json::take_request(std::move(body), service.store.max_body_bytes(), agent));
}

OrProblem<AppendOptions> append_options(const Service& service, const Request& request) {
  constexpr const char* kHeader = "Idempotency-Key";
  AppendOptions options(service.call_options());
  const auto [first, last] = request.headers.equal_range(kHeader);
  if (first == last) return options;
  const std::string key(first->value().data(), first->value().size());
  const bool is_visible = std::ranges::all_of(key, [](char c) { return c >= '!' && c <= '~'; });
  if (std::next(first) != last || key.empty() || key.size() > kMaxIdempotencyKeyBytes ||
      !is_visible) {
    return bad_request("Idempotency-Key must be one word of 1 to 255 visible ASCII characters");
  }
  options.idempotency_key = key;
  return options;
}

}  // namespace skep::http
