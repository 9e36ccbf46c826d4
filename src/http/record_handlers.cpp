// Reading one record.
#include "http/access.hpp"
#include "http/content.hpp"
#include "http/filter.hpp"
#include "http/find_output.hpp"
#include "http/handlers.hpp"

#include <skep/json.hpp>

#include <utility>

namespace skep::http {
namespace {

boost::asio::awaitable<OrRecord> find_latest(Service& service, Request& request) {
  const Query& query = request.query;
  if (auto known = query.expect({"producer_agent", "task_id", "attempt"}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  auto name = query.required("producer_agent");
  if (!name) co_return std::unexpected(std::move(name.error()));
  const auto run = read_run(query);
  if (!run) co_return std::unexpected(run.error());
  if (run->task_id.has_value() != run->attempt.has_value()) {
    co_return bad_request("give task_id and attempt together, or neither");
  }
  if (auto allowed = may_read_run(request.claims, run->task_id, run->attempt); !allowed) {
    co_return std::unexpected(std::move(allowed.error()));
  }
  const std::string key = *name;
  const auto options = service.call_options();
  // GCC 12 frees the result too early if ?: chooses between two co_await.
  auto operation = run->task_id ? service.store.get_latest_by_name_in_run(
                                      *run->task_id, *run->attempt, std::move(*name), options)
                                : service.store.get_latest_by_name(std::move(*name), options);
  auto record = co_await std::move(operation);
  co_return visible(request.claims, std::move(record), key);
}

// The newest of that name that the token may see.
Awaitable<OutputRecord> latest_for(Service& service, const auth::Claims& claims, std::string name) {
  const auto options = service.call_options();
  if (claims.task_id && claims.attempt) {
    co_return co_await service.store.get_latest_by_name_in_run(*claims.task_id, *claims.attempt,
                                                               std::move(name), options);
  }
  co_return co_await service.store.get_latest_by_name(std::move(name), options);
}

Error neither(const std::string& key) {
  return {ErrorKind::kNotFound, "output not found (id nor name): " + key};
}

Answer as_json(const OrRecord& record) {
  if (!record) return std::unexpected(record.error());
  return Response(to_json(*record));
}

}  // namespace

AwaitableAnswer get_by_key(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  const std::string& key = request.arguments.front();
  auto record = co_await service.store.get(OutputRef(key), service.call_options());
  const bool is_there = record && may_see(request.claims, *record);
  if (!is_there && (record || record.error().kind == ErrorKind::kNotFound)) {
    // A ref that is hidden looks the same as one that is not there.
    const bool is_limited = request.claims.task_id && !request.claims.attempt;
    if (is_limited && OutputRef(key).is_well_formed()) co_return refuse(neither(key));
    if (is_limited) {
      auto allowed = may_read_run(request.claims, std::nullopt, std::nullopt);
      co_return std::unexpected(std::move(allowed.error()));
    }
    record = co_await latest_for(service, request.claims, key);
  }
  if (!record && record.error().kind == ErrorKind::kNotFound) {
    co_return refuse(neither(key));
  }
  co_return as_json(visible(request.claims, std::move(record), key));
}

AwaitableAnswer get_output(Service& service, Request& request) {
  co_return as_json(co_await find_output(service, request));
}

AwaitableAnswer get_output_content(Service& service, Request& request) {
  const auto record = co_await find_output(service, request);
  if (!record) co_return std::unexpected(record.error());
  co_return co_await content_response(service, request, *record, true);
}

AwaitableAnswer get_latest(Service& service, Request& request) {
  co_return as_json(co_await find_latest(service, request));
}

AwaitableAnswer get_latest_content(Service& service, Request& request) {
  const auto record = co_await find_latest(service, request);
  if (!record) co_return std::unexpected(record.error());
  co_return co_await content_response(service, request, *record, false);
}

}  // namespace skep::http
