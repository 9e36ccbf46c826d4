// Two runs beside each other.
#include "http/access.hpp"
#include "http/handlers.hpp"
#include "http/too_many.hpp"

#include <skep/compare.hpp>

#include <limits>
#include <string>
#include <utility>

namespace skep::http {
namespace {

OrProblem<RunId> read_side(const Request& request, const std::string& side) {
  const Query& query = request.query;
  auto task_id = query.required(side + "_task_id");
  if (!task_id) return std::unexpected(std::move(task_id.error()));
  const std::string name = side + "_attempt";
  if (auto given = query.required(name); !given) return std::unexpected(std::move(given.error()));
  const auto attempt = query.number(name, 0, std::numeric_limits<std::uint32_t>::max());
  if (!attempt) return std::unexpected(attempt.error());
  RunId run(std::move(*task_id), static_cast<std::uint32_t>(**attempt));
  if (auto allowed = may_read_run(request.claims, run.task_id, run.attempt); !allowed) {
    return std::unexpected(std::move(allowed.error()));
  }
  return run;
}

OrProblem<bool> reads_as_text(const Query& query) {
  const std::string format = query.text("format").value_or("json");
  if (format == "text" || format == "json") return format == "text";
  return bad_request("the parameter 'format' must be json or text");
}

}  // namespace

AwaitableAnswer get_diff(Service& service, Request& request) {
  const Query& query = request.query;
  if (auto known = query.expect({"left_task_id", "left_attempt", "right_task_id", "right_attempt",
                                 "context", "lines", "format"});
      !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  CompareOptions options(service.call_options());
  const auto context = query.number("context", 0, kMaxDiffContextLines);
  if (!context) co_return std::unexpected(context.error());
  if (*context) options.context_lines = static_cast<std::size_t>(**context);
  const auto with_lines = query.flag("lines", true);
  if (!with_lines) co_return std::unexpected(with_lines.error());
  options.with_lines = *with_lines;
  const auto is_text = reads_as_text(query);
  if (!is_text) co_return std::unexpected(is_text.error());
  auto left = read_side(request, "left");
  if (!left) co_return std::unexpected(std::move(left.error()));
  auto right = read_side(request, "right");
  if (!right) co_return std::unexpected(std::move(right.error()));

  const auto [share, refusal] = service.comparisons.take(request.client);
  if (!share) co_return too_many(refusal, "comparisons");
  auto operation = compare_runs(service.store, std::move(*left), std::move(*right), options);
  const auto diff = co_await std::move(operation);
  if (!diff) co_return refuse(diff.error());
  if (!*is_text) co_return Response(to_json(*diff));
  co_return Response("text/plain; charset=utf-8", to_unified_diff(*diff));
}

}  // namespace skep::http
