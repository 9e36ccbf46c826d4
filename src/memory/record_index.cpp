#include "memory/record_index.hpp"

#include "store/validate.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace skep::memory {
namespace {

template <class Summary>
std::vector<Summary> names_after(const std::map<std::string, Summary>& summaries,
                                 const NameQuery& query) {
  std::vector<Summary> found;
  auto next = query.after ? summaries.upper_bound(*query.after) : summaries.begin();
  for (; next != summaries.end() && found.size() < query.limit; ++next) {
    found.push_back(next->second);
  }
  return found;
}

// As JSON has them.
std::size_t refs_bytes(const std::vector<OutputRef>& refs) {
  constexpr std::size_t kQuotesAndComma = 3;
  std::size_t bytes = 0;
  for (const OutputRef& ref : refs) bytes += ref.str().size() + kQuotesAndComma;
  return bytes;
}

}  // namespace

void RecordIndex::add(OutputRecord record) {
  record.seq = last_seq() + 1;
  insert(std::make_shared<const OutputRecord>(std::move(record)));
}

// All that finds a record is made anew: removing a few takes as long as removing many.
void RecordIndex::remove(const std::set<OutputRef>& ids) {
  if (ids.empty()) return;
  RecordIndex left;
  for (const RecordPtr& record : matching({})) {
    if (!ids.contains(record->id)) left.insert(record);
  }
  *this = std::move(left);
}

void RecordIndex::insert(const RecordPtr& shared) {
  last_seq_ = shared->seq;
  const auto& [task_id, attempt, agent, seq] =
      std::tie(shared->task_id, shared->attempt, shared->producer_agent, shared->seq);
  by_id_.emplace(shared->id, shared);
  for (const OutputRef& parent : shared->parent_refs) {
    Records& children = by_parent_[parent];
    const bool is_repeated = !children.empty() && children.back() == shared;
    if (!is_repeated) children.push_back(shared);
  }

  Records& run = lists_[{std::nullopt, task_id, attempt}];
  TaskSummary& task = tasks_[task_id];
  task.task_id = task_id;
  if (run.empty()) ++task.attempt_count;
  ++task.output_count;
  task.last_seq = seq;
  RunSummary& summary = runs_[{task_id, attempt}];
  summary.task_id = task_id;
  summary.attempt = attempt;
  ++summary.output_count;
  summary.last_seq = seq;
  AgentSummary& producer = agents_[agent];
  producer.producer_agent = agent;
  ++producer.output_count;
  producer.last_seq = seq;

  run.push_back(shared);
  lists_[{std::nullopt, std::nullopt, std::nullopt}].push_back(shared);
  lists_[{std::nullopt, task_id, std::nullopt}].push_back(shared);
  lists_[{agent, std::nullopt, std::nullopt}].push_back(shared);
  lists_[{agent, task_id, std::nullopt}].push_back(shared);
  lists_[{agent, task_id, attempt}].push_back(shared);
}

RecordPtr RecordIndex::find(const OutputRef& id) const {
  const auto found = by_id_.find(id);
  return found != by_id_.end() ? found->second : nullptr;
}

const std::vector<RecordPtr>* RecordIndex::children(const OutputRef& parent) const {
  const auto found = by_parent_.find(parent);
  return found != by_parent_.end() ? &found->second : nullptr;
}

RecordPtr RecordIndex::latest(const std::string& name) const {
  const Records& records = matching({name, std::nullopt, std::nullopt});
  return records.empty() ? nullptr : records.back();
}

RecordPtr RecordIndex::latest_in_run(const std::string& task_id, std::uint32_t attempt,
                                     const std::string& name) const {
  const Records& records = matching({name, task_id, attempt});
  return records.empty() ? nullptr : records.back();
}

RecordPage RecordIndex::page(const ListQuery& query) const {
  const Records& records = matching({query.producer_agent, query.task_id, query.attempt});
  auto next = std::ranges::upper_bound(records, query.after_seq, {}, &OutputRecord::seq);
  RecordPage page;
  std::size_t bytes = 0;
  for (; next != records.end(); ++next) {
    if (page.records.size() == query.limit || bytes >= kMaxPageBytes) {
      page.next_after_seq = page.records.back()->seq;
      break;
    }
    page.records.push_back(*next);
    bytes += text_bytes((*next)->event) + refs_bytes((*next)->parent_refs);
  }
  return page;
}

std::vector<TaskSummary> RecordIndex::tasks(const NameQuery& query) const {
  return names_after(tasks_, query);
}

std::vector<RunSummary> RecordIndex::runs(const RunQuery& query) const {
  std::vector<RunSummary> found;
  auto next = query.task_id ? runs_.lower_bound({*query.task_id, 0}) : runs_.begin();
  if (query.after) {
    const auto after = runs_.upper_bound({query.after->task_id, query.after->attempt});
    if (after == runs_.end() || next == runs_.end() || after->first > next->first) next = after;
  }
  for (; next != runs_.end() && found.size() < query.limit; ++next) {
    if (query.task_id && next->first.first != *query.task_id) break;
    found.push_back(next->second);
  }
  return found;
}

std::vector<AgentSummary> RecordIndex::agents(const NameQuery& query) const {
  return names_after(agents_, query);
}

StoreStats RecordIndex::counts() const {
  StoreStats stats;
  stats.output_count = by_id_.size();
  stats.task_count = tasks_.size();
  stats.agent_count = agents_.size();
  stats.last_seq = last_seq();
  return stats;
}

const RecordIndex::Records& RecordIndex::matching(const Filter& filter) const {
  static const Records kNone;
  const auto found = lists_.find(filter);
  return found != lists_.end() ? found->second : kNone;
}

}  // namespace skep::memory
