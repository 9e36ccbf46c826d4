// Removing records on request.
#include "http/handlers.hpp"
#include "http/log.hpp"
#include "http/long_answer.hpp"
#include "json/parse_bounded.hpp"
#include "json/timestamp.hpp"
#include "json/validate.hpp"

#include <skep/prune.hpp>

#include <boost/json/value_to.hpp>

#include <limits>
#include <string>
#include <utility>

namespace skep::http {
namespace {

namespace bj = boost::json;

Error wrong(const std::string& name, const std::string& what) {
  return {ErrorKind::kInvalidArgument, "the member '" + name + "' must be " + what};
}

Result<void> read_member(const std::string& name, const bj::value& value, PruneQuery& query) {
  const auto take_flag = [&](bool& flag) -> Result<void> {
    if (!value.is_bool()) return std::unexpected(wrong(name, "true or false"));
    flag = value.as_bool();
    return {};
  };
  if (name == "dry_run") return take_flag(query.dry_run);
  if (name == "remove_newest") return take_flag(query.remove_newest);
  if (name == "remove_ancestors") return take_flag(query.remove_ancestors);
  if (value.is_null()) return {};
  if (name == "task_id") {
    if (!value.is_string()) return std::unexpected(wrong(name, "a text"));
    query.task_id = bj::value_to<std::string>(value);
    return {};
  }
  if (name == "keep_per_producer") {
    bj::error_code code;
    const auto count = value.to_number<std::uint64_t>(code);
    if (code) return std::unexpected(wrong(name, "a whole number"));
    query.keep_per_producer = count;
    return {};
  }
  if (value.is_string()) query.older_than = json::parse_timestamp(bj::value_to<std::string>(value));
  if (query.older_than) return {};
  return std::unexpected(wrong(name, "a time in UTC, as 2026-11-24T13:20:00.000Z"));
}

// A member that it does not know would be a criterion that is not applied: so it is refused.
OrProblem<PruneQuery> read_query(std::string_view body) {
  const auto value = json::parse_bounded(body, json::kMaxEventDepth);
  if (!value && value.error().kind == ErrorKind::kTooLarge) return refuse(value.error());
  if (!value) {
    return refuse(beast_http::status::bad_request, "malformed_json",
                  "the body is not JSON: " + value.error().message);
  }
  if (!value->is_object()) {
    return refuse(Error(ErrorKind::kInvalidArgument, "the body must be an object"));
  }
  PruneQuery query;
  for (const auto& member : value->as_object()) {
    const std::string name = member.key();
    const bool is_known = name == "older_than" || name == "keep_per_producer" ||
                          name == "task_id" || name == "remove_newest" ||
                          name == "remove_ancestors" || name == "dry_run";
    if (!is_known) {
      return refuse(Error(ErrorKind::kInvalidArgument, "there is no member '" + name + "'"));
    }
    if (auto read = read_member(name, member.value(), query); !read) return refuse(read.error());
  }
  return query;
}

}  // namespace

AwaitableAnswer prune_store(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  auto query = read_query(request.body);
  if (!query) co_return std::unexpected(std::move(query.error()));
  auto [share, refusal] = service.prunes.take(request.client);
  if (!share) {
    co_return std::unexpected(no_room(beast_http::status::too_many_requests, "too_many_requests",
                                      "the store is being pruned already"));
  }
  auto operation = service.store.prune(std::move(*query));
  auto answer = answer_long<PruneReport>(std::move(*share), std::move(operation),
                                         service.options.stream_ping);
  co_return co_await std::move(answer);
}

}  // namespace skep::http
