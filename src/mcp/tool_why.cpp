// why_output: what an output came from, or led to.
#include "mcp/tools.hpp"
#include "mcp/uri.hpp"

#include <skep/json.hpp>

#include <utility>
#include <vector>

namespace skep::mcp {
namespace {

constexpr std::size_t kDefaultNodes = 50;
constexpr std::size_t kMostNodes = 1'000;

std::string name_of(const LineageNode& node) {
  if (node.state != LineageState::kPresent) {
    return node.id.str() + " (" + std::string(to_string(node.state)) + ")";
  }
  return node.id.str() + " " + node.producer_agent + " " + node.type;
}

ToolResult tree_of(const Lineage& lineage) {
  const bool is_up = lineage.direction == LineageDirection::kAncestors;
  // For each node those next to it, one step further from the root or back in a cycle.
  std::vector<JsonArray> next(lineage.nodes.size());
  for (const LineageEdge& edge : lineage.edges) {
    const auto [from, to] =
        is_up ? std::pair(edge.child, edge.parent) : std::pair(edge.parent, edge.child);
    next[from].emplace_back(lineage.nodes[to].id.str());
  }
  ToolResult result;
  JsonArray nodes;
  for (std::size_t i = 0; i < lineage.nodes.size(); ++i) {
    const LineageNode& node = lineage.nodes[i];
    result.text += std::string(2 * node.depth, ' ') + name_of(node);
    const char* separator = is_up ? " <- " : " -> ";
    for (const JsonValue& ref : next[i]) {
      result.text += separator;
      result.text.append(ref.get_string().data(), ref.get_string().size());
      separator = ", ";
    }
    result.text += node.is_cut ? " …\n" : "\n";
    JsonObject row{{"ref", node.id.str()}, {"depth", node.depth}};
    row["state"] = to_string(node.state);
    if (node.state == LineageState::kPresent) {
      row["producer_agent"] = node.producer_agent;
      row["type"] = node.type;
      row["task_id"] = node.task_id;
      row["attempt"] = node.attempt;
    }
    row[is_up ? "parents" : "children"] = std::move(next[i]);
    nodes.push_back(std::move(row));
  }
  const bool is_cut = lineage.cut_by_depth || lineage.cut_by_count;
  if (is_cut)
    result.text += "There is more: raise max_count or max_depth, or ask for a later ref.\n";
  result.structured["nodes"] = std::move(nodes);
  result.structured["is_cut"] = is_cut;
  return result;
}

}  // namespace

AwaitableResult why_output(const Call& call, const JsonObject& object) {
  Arguments arguments(object, {"ref", "direction", "max_depth", "max_count"});
  auto ref = arguments.text("ref");
  if (!ref) arguments.refuse("'ref' is missing");
  const std::string direction = arguments.text("direction").value_or("ancestors");
  if (direction != "ancestors" && direction != "descendants") {
    arguments.refuse("'direction' must be ancestors or descendants");
  }
  LineageQuery query;
  query.max_depth = arguments.number("max_depth", 0, kMaxLineageDepth).value_or(query.max_depth);
  query.max_count = arguments.number("max_count", 1, kMostNodes).value_or(kDefaultNodes);
  if (call.scope.sees_only_its_task) {
    query.task_id = call.scope.task_id;
    query.attempt = call.scope.attempt;
  }
  if (arguments.error()) co_return std::unexpected(*arguments.error());
  auto operation =
      direction == "ancestors"
          ? call.store().ancestors(parse_ref(std::move(*ref)), std::move(query), call.options())
          : call.store().descendants(parse_ref(std::move(*ref)), std::move(query), call.options());
  const auto lineage = co_await std::move(operation);
  if (!lineage) co_return std::unexpected(lineage.error());
  co_return tree_of(*lineage);
}

}  // namespace skep::mcp
