// The walk along parents or children, whatever they lie in.
#pragma once

#include <skep/limits.hpp>
#include <skep/lineage.hpp>

#include <skep/error.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace skep {

/// What a back end tells of a record.
struct LineageRow {
  LineageNode node;  ///< Without `id` and `depth`; `kMissing` if there is none.
  std::vector<OutputRef> parents;
};

/// A record that names another as its parent, in the order of `seq` and then of `id`.
struct LineageChild {
  std::int64_t seq = 0;
  std::string id;
};

/// The records and their edges, in some back end.
class LineageSource {
 public:
  LineageSource() = default;
  LineageSource(const LineageSource&) = delete;
  LineageSource& operator=(const LineageSource&) = delete;
  virtual ~LineageSource() = default;

  [[nodiscard]] virtual Result<LineageRow> look(const OutputRef& ref) = 0;

  /// Some of the children after `after`, or of all if that is nullptr; none at the end. It may give
  /// too many: a child is one if its row says so.
  [[nodiscard]] virtual Result<std::vector<LineageChild>> children(const OutputRef& parent,
                                                                   const LineageChild* after) = 0;
};

/// A walk that is done a bounded number of steps at a time, so that it can be interrupted and holds
/// nothing up. It keeps what it will return and what is next, and no stack. Not thread-safe.
class LineageWalk {
 public:
  /// The query must be valid.
  LineageWalk(OutputRef root, LineageDirection direction, LineageQuery query);

  /// Takes some steps. True once the walk is at its end. Errors: `kNotFound` for the root; those of
  /// the source, after which the walk is of no use.
  [[nodiscard]] Result<bool> advance(LineageSource& source);

  /// What was found. Once, at the end.
  [[nodiscard]] Lineage take();

 private:
  using Position = std::uint32_t;

  [[nodiscard]] Result<void> begin(LineageSource& source);
  [[nodiscard]] Result<bool> finish() const;
  [[nodiscard]] Result<void> step(LineageSource& source);
  [[nodiscard]] Result<void> step_up(LineageSource& source);
  [[nodiscard]] Result<void> step_down(LineageSource& source);
  [[nodiscard]] Result<bool> next_children(LineageSource& source);
  [[nodiscard]] Result<LineageRow> look(LineageSource& source, const OutputRef& ref);
  [[nodiscard]] bool is_full() const noexcept;
  [[nodiscard]] bool at_max_depth() const noexcept;
  Position add(OutputRef ref, std::size_t depth, LineageRow row);
  void link_to_parents(Position child, const std::vector<OutputRef>& parents);
  void go_on();
  void end();

  const LineageQuery query_;
  Lineage found_;
  std::unordered_map<std::string, Position> positions_;
  std::size_t byte_count_ = 0;
  std::size_t current_ = 0;    // the node whose neighbours are looked at
  std::size_t candidate_ = 0;  // the next of its parents, or of `children_`
  bool has_begun_ = false;

  // Ancestors: the parents of the nodes from `current_` on.
  std::deque<std::vector<OutputRef>> parents_;

  // Descendants: a portion of the children of `current_`; and, by ref, which nodes name as their
  // parent what may yet be found.
  std::vector<LineageChild> children_;
  LineageChild last_child_;
  bool has_portion_ = false;
  std::unordered_map<std::string, std::vector<Position>> awaited_;
};

}  // namespace skep
