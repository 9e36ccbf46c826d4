// The records in memory, as a walk along their edges sees them.
#pragma once

#include "memory/record_index.hpp"
#include "store/lineage_walk.hpp"

namespace skep::memory {

/// `index` must outlive it, and not change meanwhile.
class IndexLineageSource final : public LineageSource {
 public:
  explicit IndexLineageSource(const RecordIndex& index) : index_(index) {}

  [[nodiscard]] Result<LineageRow> look(const OutputRef& ref) override;
  [[nodiscard]] Result<std::vector<LineageChild>> children(const OutputRef& parent,
                                                           const LineageChild* after) override;

 private:
  const RecordIndex& index_;
};

}  // namespace skep::memory
