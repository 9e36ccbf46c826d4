#include "memory/prune.hpp"

#include "store/prune_tally.hpp"

#include <skep/json.hpp>

#include <algorithm>
#include <map>
#include <ranges>
#include <set>
#include <utility>

namespace skep::memory {
namespace {

class Pass {
 public:
  Pass(const RecordIndex& index, const PruneQuery& query) : index_(index), query_(query) {}

  // Looks at a record; those with a greater `seq` must have been looked at before.
  void look(const OutputRecord& record) {
    const std::uint64_t newer_count = seen_[record.producer_agent]++;
    if (!matches(record, newer_count)) return;
    const PruneVerdict verdict = judge(record, newer_count);
    if (verdict == PruneVerdict::kGoes) gone_.insert(record.id);
    tally_.add(verdict, record.task_id, record.producer_agent, to_json(record.event).size());
  }

  [[nodiscard]] const std::set<OutputRef>& gone() const noexcept { return gone_; }
  [[nodiscard]] PruneReport finish() { return tally_.finish(query_.dry_run); }

 private:
  [[nodiscard]] bool matches(const OutputRecord& record, std::uint64_t newer_count) const {
    if (query_.older_than && !(record.created_at && *record.created_at < *query_.older_than)) {
      return false;
    }
    if (query_.keep_per_producer && newer_count < *query_.keep_per_producer) return false;
    return !query_.task_id || record.task_id == *query_.task_id;
  }

  [[nodiscard]] PruneVerdict judge(const OutputRecord& record, std::uint64_t newer_count) const {
    if (record.seq == index_.last_seq()) return PruneVerdict::kNewest;
    if (!query_.remove_newest && newer_count == 0) return PruneVerdict::kNewest;
    if (query_.remove_ancestors) return PruneVerdict::kGoes;
    const auto* children = index_.children(record.id);
    if (children == nullptr) return PruneVerdict::kGoes;
    const bool is_needed = std::ranges::any_of(*children, [&](const RecordPtr& child) {
      return child->id != record.id && !gone_.contains(child->id);
    });
    return is_needed ? PruneVerdict::kAncestor : PruneVerdict::kGoes;
  }

  const RecordIndex& index_;
  const PruneQuery& query_;
  std::map<std::string, std::uint64_t> seen_;
  std::set<OutputRef> gone_;
  PruneTally tally_;
};

}  // namespace

PruneReport prune(RecordIndex& index, const PruneQuery& query) {
  Pass pass(index, query);
  for (const RecordPtr& record : index.all() | std::views::reverse) pass.look(*record);
  if (!query.dry_run) index.remove(pass.gone());
  return pass.finish();
}

}  // namespace skep::memory
