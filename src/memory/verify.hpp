// Verifying records in memory.
#pragma once

#include "memory/record_index.hpp"
#include "store/verify_findings.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace skep::memory {

/// Looks at some of the records at a time. Not thread-safe.
class IndexVerification {
 public:
  IndexVerification();

  /// True at the end.
  [[nodiscard]] bool advance(const RecordIndex& index);

  [[nodiscard]] VerifyProgress progress(const RecordIndex& index) const;
  [[nodiscard]] VerifyReport take() { return std::move(report_); }

 private:
  void check(const RecordIndex& index, const RecordPtr& record);

  VerifyReport report_;
  VerifyFindings records_{report_, "records"};
  VerifyFindings edges_{report_, "edges"};
  std::int64_t last_seq_ = 0;
};

}  // namespace skep::memory
