// When the outputs of a run were emitted.
#pragma once

#include <skep/output_record.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace skep::interop {

/// Remembers the last 100,000 outputs of the run at hand.
class KnownOutputs {
 public:
  void clear();
  void add(const OutputRef& ref, Timestamp time);

  /// When the output was emitted; nothing if it is not known.
  [[nodiscard]] std::optional<Timestamp> time_of(const OutputRef& ref) const;

 private:
  std::unordered_map<std::string, Timestamp> times_;
  std::deque<std::string> order_;
};

}  // namespace skep::interop
