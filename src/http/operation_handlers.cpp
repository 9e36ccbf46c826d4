// What operators, probes and newcomers ask for.
#include "http/access.hpp"
#include "http/embedded.hpp"
#include "http/handlers.hpp"

#include <utility>

namespace skep::http {
namespace {

Response not_cached(Response response) {
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Answer checked(const Request& request, Response response) {
  if (auto known = request.query.expect({}); !known) {
    return std::unexpected(std::move(known.error()));
  }
  return response;
}

}  // namespace

AwaitableAnswer get_health(Service& /*service*/, Request& request) {
  co_return checked(request, not_cached(Response(R"({"status":"ok"})")));
}

AwaitableAnswer get_readiness(Service& service, Request& request) {
  if (service.stopping) co_return refuse(Error(ErrorKind::kClosed, "the server is stopping"));
  const auto answer = co_await service.store.get(OutputRef("out-"), service.call_options());
  if (!answer && answer.error().kind != ErrorKind::kNotFound) {
    Problem problem(answer.error());
    problem.status = beast_http::status::service_unavailable;
    problem.type = to_string(ErrorKind::kBusy);
    if (problem.headers.empty()) problem.with_header("Retry-After", "1");
    co_return std::unexpected(std::move(problem));
  }
  co_return checked(request, not_cached(Response(R"({"status":"ok"})")));
}

AwaitableAnswer get_metrics(Service& service, Request& request) {
  if (auto allowed = may_read_run(request.claims, std::nullopt, std::nullopt); !allowed) {
    co_return std::unexpected(std::move(allowed.error()));
  }
  const auto stats = co_await service.store.stats(service.call_options());
  if (!stats) co_return refuse(stats.error());
  std::string text = service.metrics.text(service.store.activity(), *stats);
  co_return checked(request, not_cached(Response(kMetricsType, std::move(text))));
}

AwaitableAnswer get_openapi(Service& /*service*/, Request& request) {
  co_return checked(request, Response(std::string(kOpenApi)));
}

AwaitableAnswer get_front_page(Service& /*service*/, Request& request) {
  Response page("text/html; charset=utf-8", std::string(kFrontPage));
  page.headers.emplace_back("Content-Security-Policy",
                            "default-src 'none'; style-src 'unsafe-inline'");
  page.headers.emplace_back("Referrer-Policy", "no-referrer");
  co_return checked(request, std::move(page));
}

}  // namespace skep::http
