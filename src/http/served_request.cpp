#include "http/served_request.hpp"

#include "http/log.hpp"
#include "http/peer.hpp"
#include "http/printable.hpp"
#include "http/request_id.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <exception>
#include <utility>
#include <variant>

namespace skep::http {

ServedRequest unknown_request() {
  ServedRequest request;
  request.context.request_id = new_request_id();
  return request;
}

ServedRequest begin_request(const Header& header, bool keep_alive, bool has_body) {
  constexpr std::size_t kMaxLoggedBytes = 512;
  ServedRequest request;
  const auto wanted_id = header["X-Request-Id"];
  request.context.request_id = request_id_of({wanted_id.data(), wanted_id.size()});
  request.envelope.version = header.version() == 10 ? 10 : 11;
  request.envelope.keep_alive = keep_alive;
  request.envelope.is_head = header.method() == beast_http::verb::head;
  request.method = std::string(header.method_string());
  const std::string target(header.target());
  request.path = printable(target.substr(0, std::min(target.find('?'), kMaxLoggedBytes)));
  request.is_unread = has_body;
  return request;
}

boost::asio::awaitable<Answer> handle(Service& service, Admission& admission) {
  auto& in_flight = service.metrics.requests_in_flight;
  in_flight.Increment();
  const auto done = std::unique_ptr<prometheus::Gauge, void (*)(prometheus::Gauge*)>(
      &in_flight, [](prometheus::Gauge* gauge) { gauge->Decrement(); });
  std::string what;
  try {
    co_return co_await admission.endpoint->route.handler(service, admission.request);
  } catch (const std::exception& exception) {
    what = exception.what();
  }
  Error error(ErrorKind::kInternal, "the request threw: " + what);
  error.outcome = Outcome::kInDoubt;
  co_return refuse(error);
}

boost::asio::awaitable<Answer> handle_while_wanted(Service& service, Admission& admission,
                                                   int socket) {
  using boost::asio::experimental::awaitable_operators::operator||;
  auto ended = co_await (handle(service, admission) || until_peer_leaves(socket));
  if (auto* answer = std::get_if<Answer>(&ended)) co_return std::move(*answer);
  co_return bad_request("the connection ended");
}

Response response_of(const Problem& problem, const Context& context) {
  Response response("application/problem+json", to_json(problem, context.request_id));
  response.status = problem.status;
  response.headers = problem.headers;
  return response;
}

Problem late(const std::string& part) {
  return {beast_http::status::request_timeout, "request_timeout",
          "the " + part + " did not come in time"};
}

void note(ServedRequest& request, const Problem& problem) {
  request.detail = problem.detail;
  if (!request.was_handled && !request.is_abandoned) request.refusal = problem.type;
}

void tell(Service& service, const ServedRequest& request, const std::string& address,
          unsigned status, Traffic traffic) {
  const auto duration = std::chrono::steady_clock::now() - request.started;
  if (request.endpoint != nullptr) request.endpoint->timer.observe(status, duration);
  if (!request.refusal.empty()) service.metrics.refusal(request.refusal).Increment();
  RequestLine line;
  line.request_id = request.context.request_id;
  line.client = address;
  line.holder = request.context.holder;
  line.method = request.method;
  line.path = request.path;
  line.status = status;
  line.duration = duration;
  line.request_bytes = traffic.request_bytes;
  line.response_bytes = traffic.response_bytes;
  line.detail = request.detail;
  log_request(line);
}

}  // namespace skep::http
