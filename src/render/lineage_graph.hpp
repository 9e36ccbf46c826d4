// A lineage as a graph for programs that draw.
#pragma once

#include <skep/lineage.hpp>

#include <string>

namespace skep::render {

/// For Graphviz: `dot -Tsvg`. Arrows lead from parents to children.
[[nodiscard]] std::string to_dot(const Lineage& lineage);

/// For Mermaid, a flowchart. It draws 500 edges if its `maxEdges` is not set higher.
[[nodiscard]] std::string to_mermaid(const Lineage& lineage);

}  // namespace skep::render
