#include "cli/damage_report.hpp"

#include "cli/report.hpp"

namespace skep::cli {
namespace {

constexpr std::size_t kMaxNamedCount = 100;

}  // namespace

void DamageReport::add(const std::vector<DamagedRecord>& damaged) {
  count_ += damaged.size();
  for (const auto& row : damaged) {
    if (named_.size() < kMaxNamedCount) named_.push_back(row);
  }
}

Status DamageReport::finish() const {
  if (count_ == 0) return {};
  for (const auto& row : named_) {
    report("damaged: " + row.id + " (seq " + std::to_string(row.seq) + "): " + row.reason);
  }
  return fail_with(
      ExitCode::kCorrupt,
      std::to_string(count_) + (count_ == 1 ? " row is" : " rows are") + " damaged and left out");
}

}  // namespace skep::cli
