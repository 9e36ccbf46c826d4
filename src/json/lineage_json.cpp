#include "json/timestamp.hpp"
#include "json/write.hpp"

#include <skep/json.hpp>

#include <string>
#include <utility>

namespace skep {
namespace {

void write_member(std::string& out, std::string_view name, std::string_view text) {
  out.append(",\"").append(name).append("\":");
  json::write_string(out, text);
}

void write_node(std::string& out, const LineageNode& node) {
  out += R"({"id":)";
  json::write_string(out, node.id.str());
  out += R"(,"depth":)" + std::to_string(node.depth);
  write_member(out, "state", to_string(node.state));
  out += R"(,"is_cut":)";
  out += node.is_cut ? "true" : "false";
  if (node.state == LineageState::kMissing) {
    out += R"(,"task_id":null,"attempt":null,"producer_agent":null,"type":null,"seq":null)";
  } else {
    write_member(out, "task_id", node.task_id);
    out += R"(,"attempt":)" + std::to_string(node.attempt);
    write_member(out, "producer_agent", node.producer_agent);
    write_member(out, "type", node.type);
    out += R"(,"seq":)" + std::to_string(node.seq);
  }
  if (node.created_at) {
    write_member(out, "created_at", json::format_timestamp(*node.created_at));
  } else {
    out += R"(,"created_at":null)";
  }
  out += '}';
}

}  // namespace

std::string_view to_string(LineageState state) noexcept {
  switch (state) {
    case LineageState::kPresent:
      return "present";
    case LineageState::kMissing:
      return "missing";
    case LineageState::kDamaged:
      return "damaged";
  }
  std::unreachable();
}

std::string to_json(const Lineage& lineage) {
  std::string out = R"({"direction":)";
  out += lineage.direction == LineageDirection::kAncestors ? R"("ancestors")" : R"("descendants")";
  out += R"(,"nodes":[)";
  for (const LineageNode& node : lineage.nodes) {
    if (out.back() != '[') out += ',';
    write_node(out, node);
  }
  out += R"(],"edges":[)";
  for (const LineageEdge& edge : lineage.edges) {
    if (out.back() != '[') out += ',';
    out += R"({"child":)";
    json::write_string(out, lineage.nodes[edge.child].id.str());
    write_member(out, "parent", lineage.nodes[edge.parent].id.str());
    out += '}';
  }
  out += R"(],"cut_by_depth":)";
  out += lineage.cut_by_depth ? "true" : "false";
  out += R"(,"cut_by_count":)";
  out += lineage.cut_by_count ? "true" : "false";
  return out + '}';
}

}  // namespace skep
