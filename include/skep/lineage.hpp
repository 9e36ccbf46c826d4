// What an output was derived from, and what was derived from it.
#pragma once

#include <skep/output_record.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace skep {

/// How far a lineage goes from its root, and which records it sees.
struct LineageQuery {
  std::size_t max_depth = 100;    ///< Steps from the root, 0 … `kMaxLineageDepth`.
  std::size_t max_count = 1'000;  ///< Nodes, the root included, 1 … `kMaxLineageCount`.
  /// Only records of this task, or this attempt at it: all others are as if they were not there.
  std::optional<std::string> task_id;
  std::optional<std::uint32_t> attempt;  ///< Only together with `task_id`.

  LineageQuery() = default;
};

enum class LineageDirection : std::uint8_t {
  kAncestors,    ///< From a record to its parents, and theirs.
  kDescendants,  ///< From a record to those that name it as a parent, and on.
};

/// What is known of a node. `to_json` writes "present", "missing", "damaged".
enum class LineageState : std::uint8_t {
  kPresent,
  kMissing,  ///< No record has the ref; all but `id` and `depth` is unset.
  kDamaged,  ///< A row has the ref and can't be read; bodies are not looked at.
};

/// A record, without its body.
struct LineageNode {
  OutputRef id;
  std::size_t depth = 0;  ///< The fewest steps from the root.
  LineageState state = LineageState::kPresent;
  bool is_cut = false;  ///< More may lie behind it than is here, for a limit of the query.
  std::string task_id;
  std::uint32_t attempt = 0;
  std::string producer_agent;
  std::string type;  ///< Of the event.
  std::int64_t seq = 0;
  std::optional<Timestamp> created_at;

  LineageNode() = default;
  friend bool operator==(const LineageNode&, const LineageNode&) = default;
};

/// A record and one that it names as a parent, as positions in `Lineage::nodes`.
struct LineageEdge {
  std::uint32_t child = 0;
  std::uint32_t parent = 0;

  friend auto operator<=>(const LineageEdge&, const LineageEdge&) = default;
};

/// Each node is there once, however many ways lead to it. Nodes come breadth first, the root in
/// front; what is next to one node comes in the producer's order (ancestors) or in `seq` order
/// (descendants). All edges between these nodes are there, each once, in ascending order: in a
/// cycle they lead back to nodes that are there already.
struct Lineage {
  LineageDirection direction = LineageDirection::kAncestors;
  std::vector<LineageNode> nodes;
  std::vector<LineageEdge> edges;
  bool cut_by_depth = false;  ///< More lies beyond `max_depth`.
  bool cut_by_count = false;  ///< There is more than `max_count` nodes, or `kMaxLineageBytes`.

  Lineage() = default;
};

}  // namespace skep
