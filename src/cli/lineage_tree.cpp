#include "cli/lineage_tree.hpp"

#include "cli/terminal.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace skep::cli {
namespace {

// Indentation that is drawn; what is deeper shows its last levels only.
constexpr std::size_t kMaxLevels = 20;

constexpr std::size_t kMaxAgentColumns = 24;
constexpr std::size_t kMaxTaskColumns = 32;
constexpr std::size_t kNarrowestWords = 16;

// What lies behind each node, by position: its parents, or its children.
class Neighbours {
 public:
  explicit Neighbours(const Lineage& lineage) : begins_(lineage.nodes.size() + 1) {
    const bool is_up = lineage.direction == LineageDirection::kAncestors;
    for (const LineageEdge& edge : lineage.edges) ++begins_[(is_up ? edge.child : edge.parent) + 1];
    for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
    auto next = begins_;
    all_.resize(lineage.edges.size());
    for (const LineageEdge& edge : lineage.edges) {
      const auto [from, to] =
          is_up ? std::pair(edge.child, edge.parent) : std::pair(edge.parent, edge.child);
      all_[next[from]++] = to;
    }
  }

  [[nodiscard]] std::size_t begin(std::uint32_t node) const { return begins_[node]; }
  [[nodiscard]] std::size_t end(std::uint32_t node) const { return begins_[node + 1]; }
  [[nodiscard]] std::uint32_t at(std::size_t i) const { return all_[i]; }

 private:
  std::vector<std::size_t> begins_;
  std::vector<std::uint32_t> all_;
};

class Tree {
 public:
  Tree(Output& out, const Lineage& lineage, const std::vector<std::string>& words)
      : out_(out),
        lineage_(lineage),
        words_(words),
        neighbours_(lineage),
        states_(lineage.nodes.size(), State::kNew),
        width_(output_width()) {}

  void draw() {
    enter(0, "", false);
    while (!path_.empty() && out_.ok()) {
      Step& step = path_.back();
      if (step.next == neighbours_.end(step.node)) {
        leave();
        continue;
      }
      const bool is_branch = neighbours_.end(step.node) - neighbours_.begin(step.node) > 1;
      const std::uint32_t node = neighbours_.at(step.next++);
      const bool is_last = step.next == neighbours_.end(step.node);
      const std::string mark = !is_branch ? "└ " : is_last ? "└─ " : "├─ ";
      // Step into it with its own level, which its siblings go on below.
      if (states_[node] == State::kNew) {
        enter(node, mark, is_branch, !is_last);
      } else {
        const char* where = states_[node] == State::kOnPath ? "(cycle)" : "(above)";
        out_.line(dim(indentation() + mark) + one_line(lineage_.nodes[node].id.str()) + "  " +
                  dim(where));
      }
    }
  }

 private:
  enum class State : std::uint8_t { kNew, kOnPath, kDrawn };

  struct Step {
    std::uint32_t node;
    std::size_t next;  // of its neighbours
    bool has_level;
  };

  void enter(std::uint32_t node, const std::string& mark, bool has_level, bool goes_on = false) {
    draw_line(node, mark);
    if (has_level) levels_.push_back(goes_on);
    states_[node] = State::kOnPath;
    path_.push_back({node, neighbours_.begin(node), has_level});
  }

  void leave() {
    states_[path_.back().node] = State::kDrawn;
    if (path_.back().has_level) levels_.pop_back();
    path_.pop_back();
  }

  [[nodiscard]] std::string indentation() const {
    const std::size_t drawn = std::min(levels_.size(), kMaxLevels);
    std::string text = drawn < levels_.size() ? "⋯  " : "";
    for (std::size_t i = levels_.size() - drawn; i < levels_.size(); ++i) {
      text += levels_[i] ? "│  " : "   ";
    }
    return text;
  }

  void draw_line(std::uint32_t position, const std::string& mark) {
    const LineageNode& node = lineage_.nodes[position];
    const std::string branch = indentation() + mark;
    std::string text = one_line(node.id.str());
    std::string note;
    if (node.state == LineageState::kMissing) {
      note = "(missing)";
    } else {
      text += "  " + one_line(node.producer_agent, kMaxAgentColumns);
      if (!node.type.empty()) text += "  " + node.type;
      text += "  " + one_line(node.task_id, kMaxTaskColumns) + "/" + std::to_string(node.attempt);
      if (node.state == LineageState::kDamaged) note = "(damaged)";
    }
    if (node.is_cut) note += note.empty() ? "…" : " …";
    if (!note.empty()) note = "  " + note;
    const std::size_t used = width_of(branch) + width_of(text) + width_of(note) + 2;
    std::string line = dim(branch) + (position == 0 ? bold(text) : text);
    if (position < words_.size() && width_ >= used + kNarrowestWords) {
      const std::string words = preview(words_[position], width_ - used);
      if (!words.empty()) line += "  " + dim(words);
    }
    out_.line(line + note);
  }

  Output& out_;
  const Lineage& lineage_;
  const std::vector<std::string>& words_;
  const Neighbours neighbours_;
  std::vector<State> states_;
  std::vector<Step> path_;
  std::vector<bool> levels_;  // whether something follows below, at each level of indentation
  const std::size_t width_;
};

}  // namespace

void draw_tree(Output& out, const Lineage& lineage, const std::vector<std::string>& words) {
  Tree(out, lineage, words).draw();
}

}  // namespace skep::cli
