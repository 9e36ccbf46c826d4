// A stored output: its ref, who emitted it in which run, the event, and what it was derived from.
#pragma once

#include <skep/output_event.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace skep {

/// The name of a record, and all that agents need to pass on: "out-" and 10 lower-case hex digits.
/// Refs that Skep allocates always have that form; one that a caller wrote may not (a parent need
/// not exist), so construction checks nothing.
class OutputRef {
 public:
  OutputRef() = default;
  explicit OutputRef(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] const std::string& str() const noexcept { return text_; }

  /// Whether the text has the form that Skep allocates.
  [[nodiscard]] bool is_well_formed() const noexcept;

  friend auto operator<=>(const OutputRef&, const OutputRef&) = default;

 private:
  std::string text_;
};

/// A point in time with the precision that a record keeps.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// One record as a store returns it. A plain value type.
struct OutputRecord {
  OutputRef id;
  std::string task_id;
  std::uint32_t attempt = 0;
  std::string producer_agent;
  OutputEvent event;
  std::vector<OutputRef> parent_refs;  ///< In the producer's order, repeats kept.
  std::int64_t seq = 0;  ///< Position in commit order, from 1; 0 on a record from elsewhere.
  std::optional<Timestamp> created_at;  ///< Absent on records that another program wrote.

  OutputRecord() = default;

  /// Equal in all that a producer wrote: `seq` and `created_at` are the store's and not compared.
  friend bool operator==(const OutputRecord& a, const OutputRecord& b) {
    return a.id == b.id && a.task_id == b.task_id && a.attempt == b.attempt &&
           a.producer_agent == b.producer_agent && a.event == b.event &&
           a.parent_refs == b.parent_refs;
  }
};

}  // namespace skep
