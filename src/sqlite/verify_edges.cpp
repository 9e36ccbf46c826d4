#include "json/stored.hpp"
#include "sqlite/edge_log.hpp"
#include "sqlite/file_check.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace skep::sqlite {
namespace {

// Of children that several edges of a piece name: so many parents are remembered at most.
constexpr std::size_t kMaxRememberedParents = 200'000;

constexpr const char* kEdgesOfRecord =
    "SELECT parent_id, seq, child_id FROM skep_edges "
    "WHERE (parent_id, seq, child_id) > (?1, ?2, ?3) ORDER BY parent_id, seq, child_id LIMIT 1000";

// What a child's row says, as far as it can be read.
struct Child {
  bool is_there = false;
  bool is_damaged = false;  // Then it is a finding of its own.
  std::int64_t seq = 0;
  std::unordered_set<std::string> parents;
};

class EdgeCheck final : public FileCheck {
 public:
  Result<bool> advance(Connection& connection, VerifyFindings& findings) override {
    const auto end = std::chrono::steady_clock::now() + kCheckPiece;
    auto statement = connection.prepare(kEdgesOfRecord);
    if (!statement) return std::unexpected(std::move(statement.error()));
    const Edge from = last_;
    statement->bind(1, from.parent_id).bind(2, from.seq).bind(3, from.child_id);
    children_.clear();
    remembered_parents_ = 0;
    std::vector<Edge> wrong;
    bool is_done = false;
    for (bool has_rows = false; std::chrono::steady_clock::now() < end; has_rows = true) {
      const auto row = statement->step();
      if (!row) return row;
      is_done = !*row && !has_rows;
      if (!*row) break;
      last_ = Edge(std::string(statement->text(0).value_or("")), statement->integer(1).value_or(0),
                   std::string(statement->text(2).value_or("")));
      findings.count_checked();
      const auto child = look(connection, last_.child_id);
      if (!child) return std::unexpected(child.error());
      if (!agrees(**child, last_)) wrong.push_back(last_);
    }
    const auto extra = without_pending(connection, std::move(wrong), EdgeChange::kRemoved);
    if (!extra) return std::unexpected(extra.error());
    for (const Edge& edge : *extra) {
      findings.add("edge_extra",
                   "edge from " + edge.child_id + " (seq " + std::to_string(edge.seq) + ")",
                   "skep_edges has the parent " + edge.parent_id + ", which no such record names");
    }
    return is_done;
  }

 private:
  static bool agrees(const Child& child, const Edge& edge) {
    if (child.is_damaged) return true;
    return child.is_there && child.seq == edge.seq && child.parents.contains(edge.parent_id);
  }

  Result<const Child*> look(Connection& connection, const std::string& id) {
    if (const auto known = children_.find(id); known != children_.end()) return &known->second;
    if (remembered_parents_ > kMaxRememberedParents) {
      children_.clear();
      remembered_parents_ = 0;
    }
    auto child = read(connection, id);
    if (!child) return std::unexpected(std::move(child.error()));
    remembered_parents_ += child->parents.size();
    return &children_.emplace(id, std::move(*child)).first->second;
  }

  static Result<Child> read(Connection& connection, const std::string& id) {
    auto statement = connection.prepare("SELECT seq, parent_refs_json FROM outputs WHERE id = ?1");
    if (!statement) return std::unexpected(std::move(statement.error()));
    statement->bind(1, id);
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    Child child;
    if (!*row) return child;
    child.is_there = true;
    const auto seq = statement->integer(0);
    const auto parents = json::parent_refs_from_stored(statement->text(1).value_or(""));
    child.is_damaged = !seq || !parents;
    child.seq = seq.value_or(0);
    if (!parents) return child;
    for (const OutputRef& parent : *parents) child.parents.insert(parent.str());
    return child;
  }

  Edge last_{"", std::numeric_limits<std::int64_t>::min(), ""};
  std::unordered_map<std::string, Child> children_;
  std::size_t remembered_parents_ = 0;
};

}  // namespace

std::unique_ptr<FileCheck> check_edges() { return std::make_unique<EdgeCheck>(); }

}  // namespace skep::sqlite
