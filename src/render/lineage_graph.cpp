#include "render/lineage_graph.hpp"

#include "render/label.hpp"

#include <string_view>
#include <vector>

namespace skep::render {
namespace {

constexpr std::size_t kMaxLabelCharacters = 40;

std::string name_of(std::size_t position) { return "n" + std::to_string(position); }

// The lines of a node's label, not escaped.
std::vector<std::string> lines_of(const LineageNode& node) {
  std::vector<std::string> lines{label_of(node.id.str(), kMaxLabelCharacters)};
  if (node.state == LineageState::kMissing) {
    lines.emplace_back("missing");
  } else {
    lines.push_back(label_of(node.producer_agent, kMaxLabelCharacters));
    const std::string run =
        label_of(node.task_id, kMaxLabelCharacters) + "/" + std::to_string(node.attempt);
    lines.push_back(node.state == LineageState::kDamaged ? "damaged " + run
                                                         : node.type + " " + run);
  }
  if (node.is_cut) lines.emplace_back("…");
  return lines;
}

template <class Escape>
std::string joined(const LineageNode& node, std::string_view line_break, Escape escape) {
  std::string label;
  for (const std::string& line : lines_of(node)) {
    if (!label.empty()) label += line_break;
    label += escape(line);
  }
  return label;
}

std::string_view dot_style(const LineageNode& node, bool is_root) {
  if (node.state == LineageState::kMissing) return ", style=dashed";
  if (node.state == LineageState::kDamaged) return ", color=red";
  return is_root ? ", style=bold" : "";
}

}  // namespace

std::string to_dot(const Lineage& lineage) {
  std::string out = "digraph lineage {\n  node [shape=box];\n";
  for (std::size_t i = 0; i < lineage.nodes.size(); ++i) {
    const LineageNode& node = lineage.nodes[i];
    out += "  " + name_of(i) + " [label=\"" + joined(node, "\\n", escape_dot) + '"';
    out += dot_style(node, i == 0);
    out += "];\n";
  }
  for (const LineageEdge& edge : lineage.edges) {
    out += "  " + name_of(edge.parent) + " -> " + name_of(edge.child) + ";\n";
  }
  return out + "}\n";
}

std::string to_mermaid(const Lineage& lineage) {
  std::string out = "flowchart TD\n";
  for (std::size_t i = 0; i < lineage.nodes.size(); ++i) {
    const LineageNode& node = lineage.nodes[i];
    out += "  " + name_of(i) + "[\"" + joined(node, "<br/>", escape_mermaid) + "\"]";
    if (node.state == LineageState::kMissing) out += ":::missing";
    if (node.state == LineageState::kDamaged) out += ":::damaged";
    out += '\n';
  }
  for (const LineageEdge& edge : lineage.edges) {
    out += "  " + name_of(edge.parent) + " --> " + name_of(edge.child) + '\n';
  }
  return out + "  classDef missing stroke-dasharray:4\n  classDef damaged stroke:#c00\n";
}

}  // namespace skep::render
