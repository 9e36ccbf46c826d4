// Records a page at a time.
#pragma once

#include <skep/output_record.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace skep {

/// A row that is stored but cannot be read as a record.
struct DamagedRecord {
  std::string id;
  std::int64_t seq = 0;
  std::string reason;
};

/// Records in `seq` order. A damaged row never hides the good ones: it is named beside them.
struct Listing {
  std::vector<OutputRecord> records;
  std::vector<DamagedRecord> damaged;
};

/// Which records a page holds: those after `after_seq` that match every filter that is set.
struct ListQuery {
  std::optional<std::string> task_id;
  std::optional<std::uint32_t> attempt;  ///< Only together with `task_id`.
  std::optional<std::string> producer_agent;
  std::optional<std::string> type;  ///< Of the event: progress, partial, artifact or final.
  std::int64_t after_seq = 0;
  std::size_t limit = 100;  ///< Rows, 1 … `kMaxPageCount`; rows that share a `seq` stay together.

  ListQuery() = default;
};

/// One page, and where the next begins. With a filter by type it may hold fewer rows than its
/// limit, or none, and have a successor: a call looks at `kMaxPageCount` rows at most.
struct Page {
  Listing listing;
  std::optional<std::int64_t> next_after_seq;  ///< Absent on the last page.
};

}  // namespace skep
