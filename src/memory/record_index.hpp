// Records in memory, and what finds them. Not thread-safe.
#pragma once

#include <skep/output_store.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace skep::memory {

using RecordPtr = std::shared_ptr<const OutputRecord>;

/// A page of records that are shared, not copied.
struct RecordPage {
  std::vector<RecordPtr> records;
  std::optional<std::int64_t> next_after_seq;
};

/// The records in `seq` order. Every look-up takes O(log n) and the size of
/// its result.
class RecordIndex {
 public:
  /// Gives the record the next `seq`. REQUIRES: its id is new.
  void add(OutputRecord record);

  /// Removes the records with these ids.
  void remove(const std::set<OutputRef>& ids);

  /// These give nullptr if there is none.
  [[nodiscard]] RecordPtr find(const OutputRef& id) const;
  [[nodiscard]] RecordPtr latest(const std::string& name) const;
  [[nodiscard]] RecordPtr latest_in_run(const std::string& task_id, std::uint32_t attempt,
                                        const std::string& name) const;

  [[nodiscard]] std::vector<RecordPtr> all() const { return matching({}); }

  /// Those that name `parent`, by `seq`; nullptr if there is none.
  [[nodiscard]] const std::vector<RecordPtr>* children(const OutputRef& parent) const;

  [[nodiscard]] std::int64_t last_seq() const noexcept { return last_seq_; }
  [[nodiscard]] RecordPage page(const ListQuery& query) const;
  [[nodiscard]] std::vector<TaskSummary> tasks(const NameQuery& query) const;
  [[nodiscard]] std::vector<RunSummary> runs(const RunQuery& query) const;
  [[nodiscard]] std::vector<AgentSummary> agents(const NameQuery& query) const;

  /// The counts; the caller fills in the rest.
  [[nodiscard]] StoreStats counts() const;

 private:
  /// Which records a list holds: those that agree in all that is set.
  struct Filter {
    std::optional<std::string> agent;
    std::optional<std::string> task_id;
    std::optional<std::uint32_t> attempt;
    friend auto operator<=>(const Filter&, const Filter&) = default;
  };
  using Records = std::vector<RecordPtr>;

  void insert(const RecordPtr& shared);
  [[nodiscard]] const Records& matching(const Filter& filter) const;

  std::int64_t last_seq_ = 0;

  std::map<OutputRef, RecordPtr> by_id_;
  std::map<OutputRef, Records> by_parent_;
  std::map<Filter, Records> lists_;  // one for each filter that some record fulfils, by `seq`
  std::map<std::string, TaskSummary> tasks_;
  std::map<std::pair<std::string, std::uint32_t>, RunSummary> runs_;
  std::map<std::string, AgentSummary> agents_;
};

}  // namespace skep::memory
