#include "memory/lineage_source.hpp"

#include <algorithm>

namespace skep::memory {
namespace {

constexpr std::size_t kPortion = 1'000;

}  // namespace

Result<LineageRow> IndexLineageSource::look(const OutputRef& ref) {
  LineageRow row;
  const RecordPtr record = index_.find(ref);
  if (record == nullptr) {
    row.node.state = LineageState::kMissing;
    return row;
  }
  row.node.task_id = record->task_id;
  row.node.attempt = record->attempt;
  row.node.producer_agent = record->producer_agent;
  row.node.type = type_of(record->event);
  row.node.seq = record->seq;
  row.node.created_at = record->created_at;
  row.parents = record->parent_refs;
  return row;
}

Result<std::vector<LineageChild>> IndexLineageSource::children(const OutputRef& parent,
                                                               const LineageChild* after) {
  std::vector<LineageChild> portion;
  const auto* all = index_.children(parent);
  if (all == nullptr) return portion;
  const std::int64_t after_seq = after != nullptr ? after->seq : 0;
  auto next = std::ranges::upper_bound(*all, after_seq, {}, &OutputRecord::seq);
  for (; next != all->end() && portion.size() < kPortion; ++next) {
    portion.push_back({(*next)->seq, (*next)->id.str()});
  }
  return portion;
}

}  // namespace skep::memory
