// What outputs were derived from, and what was derived from them.
#include "http/access.hpp"
#include "http/filter.hpp"
#include "http/handlers.hpp"
#include "render/lineage_graph.hpp"

#include <skep/json.hpp>

#include <string>
#include <utility>

namespace skep::http {
namespace {

// A record outside the limits of the token, or of the query, is as if it were not there.
OrProblem<LineageQuery> read_lineage_query(const Request& request) {
  const Query& query = request.query;
  if (auto known = query.expect({"max_depth", "max_count", "task_id", "attempt", "format"});
      !known) {
    return std::unexpected(std::move(known.error()));
  }
  LineageQuery lineage;
  const auto max_depth = query.number("max_depth", 0, kMaxLineageDepth);
  if (!max_depth) return std::unexpected(max_depth.error());
  const auto max_count = query.number("max_count", 1, kMaxLineageCount);
  if (!max_count) return std::unexpected(max_count.error());
  lineage.max_depth = max_depth->value_or(lineage.max_depth);
  lineage.max_count = max_count->value_or(lineage.max_count);

  auto run = read_run(query);
  if (!run) return std::unexpected(std::move(run.error()));
  lineage.task_id = run->task_id ? run->task_id : request.claims.task_id;
  lineage.attempt = run->attempt ? run->attempt : request.claims.attempt;
  if (auto allowed = may_read_run(request.claims, lineage.task_id, lineage.attempt); !allowed) {
    return std::unexpected(std::move(allowed.error()));
  }
  return lineage;
}

enum class Format : std::uint8_t { kJson, kDot, kMermaid };

OrProblem<Format> read_format(const Query& query) {
  const std::string format = query.text("format").value_or("json");
  if (format == "json") return Format::kJson;
  if (format == "dot") return Format::kDot;
  if (format == "mermaid") return Format::kMermaid;
  return bad_request("the parameter 'format' must be json, dot or mermaid");
}

Response written(const Lineage& lineage, Format format) {
  switch (format) {
    case Format::kJson:
      break;
    case Format::kDot:
      return {"text/vnd.graphviz; charset=utf-8", render::to_dot(lineage)};
    case Format::kMermaid:
      return {"text/plain; charset=utf-8", render::to_mermaid(lineage)};
  }
  return Response(to_json(lineage));
}

AwaitableAnswer get_lineage(Service& service, Request& request, LineageDirection direction) {
  auto query = read_lineage_query(request);
  if (!query) co_return std::unexpected(std::move(query.error()));
  const auto format = read_format(request.query);
  if (!format) co_return std::unexpected(format.error());
  OutputRef ref(request.arguments.front());
  const auto options = service.call_options();
  auto operation = direction == LineageDirection::kAncestors
                       ? service.store.ancestors(std::move(ref), std::move(*query), options)
                       : service.store.descendants(std::move(ref), std::move(*query), options);
  const auto lineage = co_await std::move(operation);
  if (!lineage) co_return refuse(lineage.error());
  co_return written(*lineage, *format);
}

}  // namespace

AwaitableAnswer get_ancestors(Service& service, Request& request) {
  return get_lineage(service, request, LineageDirection::kAncestors);
}

AwaitableAnswer get_descendants(Service& service, Request& request) {
  return get_lineage(service, request, LineageDirection::kDescendants);
}

}  // namespace skep::http
