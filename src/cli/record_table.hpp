// Records as rows, and the options that choose them.
#pragma once

#include "cli/session.hpp"
#include "cli/table.hpp"

#include <skep/output_store.hpp>

#include <CLI/App.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace skep::cli {

/// Which records a command shows; unset is any.
struct RecordFilter {
  std::optional<std::string> task;
  std::optional<std::uint32_t> attempt;
  std::optional<std::string> agent;
  std::optional<std::string> type;

  /// Fails with `kUsage` for an attempt without a task.
  [[nodiscard]] OrFailure<ListQuery> query() const;
};

/// `--task`, `--attempt`, `--agent`, `--type`. `filter` must outlive the parsing.
void add_filter(CLI::App& command, RecordFilter& filter);

/// Shows records one after the other, as a table or as JSON. What the filter fixes has no column.
class RecordTable {
 public:
  /// `session` must outlive it.
  RecordTable(Session& session, const RecordFilter& filter);

  /// Keeps the record for the next `flush`; of JSON nothing is kept.
  void add(const OutputRecord& record);
  void flush();

 private:
  Session& session_;
  bool shows_task_;
  bool shows_attempt_;
  Table table_;
};

}  // namespace skep::cli
