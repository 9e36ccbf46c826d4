// Looking at the edges of a file that is verified, and at what is on its way into them.
#pragma once

#include "sqlite/connection.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace skep::sqlite {

/// A row of `skep_edges`.
struct Edge {
  std::string parent_id;
  std::int64_t seq = 0;  ///< Of the child.
  std::string child_id;

  Edge() = default;
  Edge(std::string parent, std::int64_t child_seq, std::string child)
      : parent_id(std::move(parent)), seq(child_seq), child_id(std::move(child)) {}
};

[[nodiscard]] Result<bool> has_edge(Connection& connection, const Edge& edge);

/// Those of `edges` that the log is not about to add, or to remove: what another program did lies
/// there until Skep moves it. It takes a look at the whole log, if there are any edges.
enum class EdgeChange : std::uint8_t { kAdded, kRemoved };
[[nodiscard]] Result<std::vector<Edge>> without_pending(Connection& connection,
                                                        std::vector<Edge> edges, EdgeChange change);

}  // namespace skep::sqlite
