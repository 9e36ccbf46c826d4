// A report of a prune while it grows.
#pragma once

#include <skep/prune.hpp>

#include <map>
#include <string>
#include <utility>

namespace skep {

/// Why a record that matches goes, or stays.
enum class PruneVerdict : std::uint8_t { kGoes, kNewest, kAncestor, kGone };

class PruneTally {
 public:
  void add(PruneVerdict verdict, const std::string& task_id, const std::string& producer_agent,
           std::uint64_t bytes) {
    if (verdict == PruneVerdict::kNewest) ++report_.kept_newest_count;
    if (verdict == PruneVerdict::kAncestor) ++report_.kept_ancestor_count;
    if (verdict != PruneVerdict::kGoes) return;
    ++report_.record_count;
    report_.bytes += bytes;
    const std::pair key(task_id, producer_agent);
    if (groups_.size() == kMaxListedPruneGroups && !groups_.contains(key)) return;
    PruneGroup& group = groups_[key];
    ++group.record_count;
    group.bytes += bytes;
  }

  [[nodiscard]] std::uint64_t record_count() const noexcept { return report_.record_count; }

  [[nodiscard]] PruneReport finish(bool dry_run) {
    report_.dry_run = dry_run;
    for (auto& [key, group] : groups_) {
      group.task_id = key.first;
      group.producer_agent = key.second;
      report_.groups.push_back(std::move(group));
    }
    return std::move(report_);
  }

 private:
  PruneReport report_;
  std::map<std::pair<std::string, std::string>, PruneGroup> groups_;
};

}  // namespace skep
