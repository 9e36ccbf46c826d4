// A run as a story: who emitted what, and when.
#pragma once

#include "cli/output.hpp"

#include <skep/output_record.hpp>

#include <cstddef>
#include <optional>

namespace skep::cli {

/// Writes records as they come, and keeps none.
class Timeline {
 public:
  /// Of each body the first lines, or all of them if it `is_full`.
  Timeline(Output& out, bool is_full);

  void add(const OutputRecord& record);

 private:
  void write_heading(const OutputRecord& record);
  void write_progress(const OutputRecord& record, const Progress& progress);
  void write_body(const OutputRecord& record);

  Output& out_;
  bool is_full_;
  std::size_t width_;
  std::optional<Timestamp> first_time_;
};

}  // namespace skep::cli
