#include "mcp/params.hpp"
#include "mcp/resources.hpp"
#include "mcp/store_error.hpp"
#include "mcp/uri.hpp"

#include <limits>
#include <utility>

namespace skep::mcp {
namespace {

constexpr std::size_t kPageRows = 100;

// Runs come first, by their order, and then agents, by theirs.
struct Position {
  bool is_agents = false;
  std::optional<RunQuery::Position> after_run;
  std::optional<std::string> after_agent;
};

std::string cursor_after(const RunSummary& run) {
  return to_form_text({{"task", run.task_id}, {"attempt", std::to_string(run.attempt)}});
}

std::optional<Position> parse_position(const std::string& cursor) {
  const auto form = parse_form(cursor);
  if (!form || form->empty()) return std::nullopt;
  Position position;
  const auto& [name, value] = form->front();
  if (name == "agents" || name == "agent") {
    position.is_agents = true;
    if (name == "agent") position.after_agent = value;
    return position;
  }
  if (name != "task" || form->size() != 2) return std::nullopt;
  const auto attempt = parse_number((*form)[1].second, std::numeric_limits<std::uint32_t>::max());
  if (!attempt) return std::nullopt;
  position.after_run.emplace(value, static_cast<std::uint32_t>(*attempt));
  return position;
}

JsonObject resource_of(const RunSummary& run) {
  JsonObject resource{{"uri", uri_of(RunId(run.task_id, run.attempt))}};
  resource["name"] = "run " + run.task_id + "/" + std::to_string(run.attempt);
  resource["description"] = std::to_string(run.output_count) + " outputs";
  resource["mimeType"] = "application/json";
  return resource;
}

JsonObject resource_of(const AgentSummary& agent) {
  JsonObject resource{{"uri", uri_of(LatestOf(agent.producer_agent))}};
  resource["name"] = "latest of " + agent.producer_agent;
  resource["description"] = "The newest of " + std::to_string(agent.output_count) + " outputs";
  return resource;
}

JsonObject page_of(JsonArray resources, const std::optional<std::string>& next) {
  JsonObject page;
  page["resources"] = std::move(resources);
  if (next) page["nextCursor"] = *next;
  return page;
}

// A client that sees one task only is shown that, without the summaries of all.
JsonObject own_resources(const Scope& scope) {
  JsonArray resources;
  if (scope.task_id && scope.attempt) {
    JsonObject resource{{"uri", uri_of(RunId(*scope.task_id, *scope.attempt))}};
    resource["name"] = "run " + *scope.task_id + "/" + std::to_string(*scope.attempt);
    resource["mimeType"] = "application/json";
    resources.push_back(std::move(resource));
  }
  return page_of(std::move(resources), std::nullopt);
}

JsonObject template_of(std::string_view uri, const char* name, const char* description) {
  return {{"uriTemplate", uri}, {"name", name}, {"description", description}};
}

}  // namespace

AwaitableRpc list_resources(const Call& call, const JsonObject& params) {
  if (call.scope.sees_only_its_task) co_return own_resources(call.scope);
  Position position;
  if (const auto cursor = text_of(params, "cursor")) {
    auto parsed = parse_position(*cursor);
    if (!parsed) co_return rpc_fail(RpcCode::kInvalidParams, "'cursor' is not from this list");
    position = std::move(*parsed);
  }
  JsonArray resources;
  if (!position.is_agents) {
    RunQuery query;
    query.after = std::move(position.after_run);
    query.limit = kPageRows;
    auto operation = call.store().runs(std::move(query), call.options());
    const auto runs = co_await std::move(operation);
    if (!runs) co_return std::unexpected(rpc_error_of(runs.error()));
    for (const RunSummary& run : *runs) resources.push_back(resource_of(run));
    const bool is_full = runs->size() == kPageRows;
    co_return page_of(std::move(resources), is_full ? cursor_after(runs->back()) : "agents=");
  }
  NameQuery query;
  query.after = std::move(position.after_agent);
  query.limit = kPageRows;
  auto operation = call.store().agents(std::move(query), call.options());
  const auto agents = co_await std::move(operation);
  if (!agents) co_return std::unexpected(rpc_error_of(agents.error()));
  for (const AgentSummary& agent : *agents) resources.push_back(resource_of(agent));
  std::optional<std::string> next;
  if (agents->size() == kPageRows) next = to_form_text({{"agent", agents->back().producer_agent}});
  co_return page_of(std::move(resources), next);
}

JsonObject resource_templates() {
  JsonArray templates{
      template_of(kOutputTemplate, "output", "An output, by its ref"),
      template_of(kRunTemplate, "run", "The outputs of an attempt at a task, without their bodies"),
      template_of(kLatestTemplate, "latest", "The newest output of an agent")};
  JsonObject result;
  result["resourceTemplates"] = std::move(templates);
  return result;
}

}  // namespace skep::mcp
