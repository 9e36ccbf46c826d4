#include "sqlite/edge_log.hpp"

#include "json/stored.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace skep::sqlite {
namespace {

constexpr const char* kChanges =
    "SELECT is_removal, child_id, seq, parent_refs_json FROM skep_edge_log ORDER BY rowid";

bool names_parent(std::string_view parent_refs_json, const std::string& parent) {
  const auto parents = json::parent_refs_from_stored(parent_refs_json);
  return parents && std::ranges::find(*parents, parent, &OutputRef::str) != parents->end();
}

}  // namespace

Result<bool> has_edge(Connection& connection, const Edge& edge) {
  auto statement = connection.prepare(
      "SELECT 1 FROM skep_edges WHERE parent_id = ?1 AND seq = ?2 AND child_id = ?3");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, edge.parent_id).bind(2, edge.seq).bind(3, edge.child_id);
  return statement->step();
}

Result<std::vector<Edge>> without_pending(Connection& connection, std::vector<Edge> edges,
                                          EdgeChange change) {
  if (edges.empty()) return edges;
  std::multimap<std::string_view, std::size_t> by_child;
  for (std::size_t i = 0; i < edges.size(); ++i) by_child.emplace(edges[i].child_id, i);
  // The last change of an edge is the one that counts.
  std::vector<bool> is_pending(edges.size());
  auto statement = connection.prepare(kChanges);
  if (!statement) return std::unexpected(std::move(statement.error()));
  for (;;) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const auto child = statement->text(1);
    if (!child) continue;
    const auto [begin, end] = by_child.equal_range(*child);
    for (auto found = begin; found != end; ++found) {
      const Edge& edge = edges[found->second];
      if (statement->integer(2) != edge.seq) continue;
      if (!names_parent(statement->text(3).value_or(""), edge.parent_id)) continue;
      const bool is_removal = statement->integer(0) == 1;
      is_pending[found->second] = is_removal == (change == EdgeChange::kRemoved);
    }
  }
  std::vector<Edge> left;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (!is_pending[i]) left.push_back(edges[i]);
  }
  return left;
}

}  // namespace skep::sqlite
