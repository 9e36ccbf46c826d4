// A SQLite file as another program sees it: plain SQL, nothing of Skep.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <string>
#include <vector>

namespace skep::test {

/// The tables and indexes as mlua-swarm v0.4 made them: two indexes, no more.
inline constexpr const char* kOldestShape =
    "CREATE TABLE outputs (id TEXT PRIMARY KEY, task_id TEXT NOT NULL, attempt INTEGER NOT NULL, "
    "producer_agent TEXT NOT NULL, event_json TEXT NOT NULL, parent_refs_json TEXT NOT NULL, "
    "seq INTEGER NOT NULL);"
    "CREATE INDEX ix_outputs_attempt ON outputs(task_id, attempt, seq);"
    "CREATE INDEX ix_outputs_producer ON outputs(producer_agent, seq);";

/// A connection of its own. Throws std::runtime_error on any failure.
class RawFile {
 public:
  explicit RawFile(const std::filesystem::path& path);
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;
  ~RawFile();

  void execute(const std::string& sql);

  /// The rows of a query, columns joined by "|".
  [[nodiscard]] std::vector<std::string> rows(const std::string& sql);

 private:
  sqlite3* db_ = nullptr;
};

}  // namespace skep::test
