#include "store/lineage_walk.hpp"

#include "store/not_found.hpp"

#include <algorithm>
#include <utility>

namespace skep {
namespace {

// Rows and refs looked at in one go: some milliseconds.
constexpr std::size_t kStepCount = 1'000;

// What a ref that was looked at takes, beside its text.
constexpr std::size_t kRefBytes = 32;

}  // namespace

LineageWalk::LineageWalk(OutputRef root, LineageDirection direction, LineageQuery query)
    : query_(std::move(query)) {
  found_.direction = direction;
  found_.nodes.emplace_back().id = std::move(root);
}

Result<bool> LineageWalk::advance(LineageSource& source) {
  if (!std::exchange(has_begun_, true)) {
    if (auto begun = begin(source); !begun) return std::unexpected(std::move(begun.error()));
  }
  for (std::size_t i = 0; i < kStepCount; ++i) {
    if (current_ >= found_.nodes.size()) return finish();
    if (auto stepped = step(source); !stepped) return std::unexpected(std::move(stepped.error()));
  }
  return false;
}

Lineage LineageWalk::take() {
  std::ranges::sort(found_.edges);
  const auto repeated = std::ranges::unique(found_.edges);
  found_.edges.erase(repeated.begin(), repeated.end());
  return std::move(found_);
}

Result<void> LineageWalk::begin(LineageSource& source) {
  OutputRef root = std::move(found_.nodes.front().id);
  found_.nodes.clear();
  auto row = look(source, root);
  if (!row) return std::unexpected(std::move(row.error()));
  const bool is_there = row->node.state != LineageState::kMissing;
  if (!is_there && found_.direction == LineageDirection::kAncestors) {
    return std::unexpected(not_found(root.str()));
  }
  add(std::move(root), 0, std::move(*row));
  return {};
}

// A ref that is missing is a root as long as a record names it.
Result<bool> LineageWalk::finish() const {
  const LineageNode& root = found_.nodes.front();
  const bool is_alone = found_.nodes.size() == 1 && !root.is_cut;
  if (root.state == LineageState::kMissing && is_alone) {
    return std::unexpected(not_found(root.id.str()));
  }
  return true;
}

Result<void> LineageWalk::step(LineageSource& source) {
  return found_.direction == LineageDirection::kAncestors ? step_up(source) : step_down(source);
}

// Looks at the next parent of the current node.
Result<void> LineageWalk::step_up(LineageSource& source) {
  std::vector<OutputRef>& parents = parents_.front();
  if (candidate_ == parents.size()) {
    go_on();
    return {};
  }
  OutputRef& parent = parents[candidate_++];
  const auto child = static_cast<Position>(current_);
  if (const auto known = positions_.find(parent.str()); known != positions_.end()) {
    found_.edges.push_back({child, known->second});
  } else if (at_max_depth() || is_full()) {
    found_.nodes[current_].is_cut = true;
    (at_max_depth() ? found_.cut_by_depth : found_.cut_by_count) = true;
  } else {
    auto row = look(source, parent);
    if (!row) return std::unexpected(std::move(row.error()));
    const Position added =
        add(std::move(parent), found_.nodes[current_].depth + 1, std::move(*row));
    found_.edges.push_back({child, added});
  }
  return {};
}

// Looks at the next child of the current node. Edges come from the children's own rows.
Result<void> LineageWalk::step_down(LineageSource& source) {
  if (candidate_ == children_.size()) {
    const auto has_more = next_children(source);
    if (!has_more) return std::unexpected(has_more.error());
    if (!*has_more) go_on();
    return {};
  }
  OutputRef child(std::move(children_[candidate_++].id));
  if (positions_.contains(child.str())) return {};
  auto row = look(source, child);
  if (!row) return std::unexpected(std::move(row.error()));
  const OutputRef& parent = found_.nodes[current_].id;
  if (std::ranges::find(row->parents, parent) == row->parents.end()) return {};
  if (at_max_depth()) {
    found_.cut_by_depth = true;
    found_.nodes[current_].is_cut = true;
    go_on();
  } else if (is_full()) {
    end();
  } else {
    add(std::move(child), found_.nodes[current_].depth + 1, std::move(*row));
  }
  return {};
}

// Reads the next portion of the current node's children. False if there are no more.
Result<bool> LineageWalk::next_children(LineageSource& source) {
  const bool is_first = !std::exchange(has_portion_, true);
  const OutputRef& parent = found_.nodes[current_].id;
  auto children = source.children(parent, is_first ? nullptr : &last_child_);
  if (!children) return std::unexpected(std::move(children.error()));
  candidate_ = 0;
  children_ = std::move(*children);
  if (children_.empty()) return false;
  last_child_ = children_.back();
  return true;
}

// A record that the query does not see is as good as none.
Result<LineageRow> LineageWalk::look(LineageSource& source, const OutputRef& ref) {
  auto row = source.look(ref);
  if (!row || row->node.state == LineageState::kMissing) return row;
  const LineageNode& node = row->node;
  const bool is_seen = (!query_.task_id || node.task_id == *query_.task_id) &&
                       (!query_.attempt || node.attempt == *query_.attempt);
  if (is_seen) return row;
  LineageRow missing;
  missing.node.state = LineageState::kMissing;
  return missing;
}

bool LineageWalk::is_full() const noexcept {
  return found_.nodes.size() >= query_.max_count || byte_count_ >= kMaxLineageBytes;
}

bool LineageWalk::at_max_depth() const noexcept {
  return found_.nodes[current_].depth >= query_.max_depth;
}

LineageWalk::Position LineageWalk::add(OutputRef ref, std::size_t depth, LineageRow row) {
  const auto position = static_cast<Position>(found_.nodes.size());
  LineageNode& node = found_.nodes.emplace_back(std::move(row.node));
  node.id = std::move(ref);
  node.depth = depth;
  byte_count_ += node.id.str().size() + node.task_id.size() + node.producer_agent.size();
  for (const OutputRef& parent : row.parents) {
    byte_count_ += node.id.str().size() + parent.str().size() + kRefBytes;
  }
  positions_.emplace(node.id.str(), position);
  if (found_.direction == LineageDirection::kAncestors) {
    parents_.push_back(std::move(row.parents));
  } else {
    link_to_parents(position, row.parents);
  }
  return position;
}

void LineageWalk::link_to_parents(Position child, const std::vector<OutputRef>& parents) {
  for (const OutputRef& parent : parents) {
    if (const auto known = positions_.find(parent.str()); known != positions_.end()) {
      found_.edges.push_back({child, known->second});
    } else {
      awaited_[parent.str()].push_back(child);
    }
  }
  const auto awaiting = awaited_.find(found_.nodes[child].id.str());
  if (awaiting == awaited_.end()) return;
  for (const Position other : awaiting->second) found_.edges.push_back({other, child});
  awaited_.erase(awaiting);
}

void LineageWalk::go_on() {
  ++current_;
  candidate_ = 0;
  has_portion_ = false;
  children_.clear();
  if (!parents_.empty()) parents_.pop_front();
}

// Nothing further may be added, and all edges of descendants are known.
void LineageWalk::end() {
  found_.cut_by_count = true;
  for (; current_ < found_.nodes.size(); ++current_) found_.nodes[current_].is_cut = true;
}

}  // namespace skep
