// What a store holds and does, in short: tasks, runs, producers, the whole.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace skep {

/// A task, in short.
struct TaskSummary {
  std::string task_id;
  std::uint64_t attempt_count = 0;
  std::uint64_t output_count = 0;
  std::int64_t last_seq = 0;
};

/// A producer, in short.
struct AgentSummary {
  std::string producer_agent;
  std::uint64_t output_count = 0;
  std::int64_t last_seq = 0;
};

/// A run, in short.
struct RunSummary {
  std::string task_id;
  std::uint32_t attempt = 0;
  std::uint64_t output_count = 0;
  std::int64_t last_seq = 0;
};

/// A page of runs, ordered by the bytes of `task_id` and then by `attempt`: those after `after`.
struct RunQuery {
  struct Position {
    std::string task_id;
    std::uint32_t attempt = 0;
  };

  std::optional<std::string> task_id;  ///< The runs of this task only.
  std::optional<Position> after;
  std::size_t limit = 100;  ///< 1 … `kMaxPageCount`.

  RunQuery() = default;
};

/// A page of names: those that sort (by bytes) after `after`, if that is set.
struct NameQuery {
  std::optional<std::string> after;
  std::size_t limit = 100;  ///< 1 … `kMaxPageCount`.

  NameQuery() = default;
};

/// The store as a whole.
struct StoreStats {
  std::string backend;         ///< "memory" or "sqlite".
  std::string engine_version;  ///< E.g. "SQLite 3.40.1"; empty where there is no engine.
  std::uint64_t output_count = 0;
  std::uint64_t task_count = 0;
  std::uint64_t agent_count = 0;
  std::int64_t last_seq = 0;
  std::uint64_t database_bytes = 0;
  std::uint64_t wal_bytes = 0;
  std::vector<std::string> warnings;  ///< What an operator should know, e.g. of the engine.
};

/// What a store has under way, and what it did since it was opened. For metrics.
struct StoreActivity {
  /// `commits_by_size[i]`: commits of at most 2^i records; the last one: of more.
  static constexpr std::size_t kSizeCount = 10;

  std::uint64_t queued_count = 0;  ///< Appends and batches that wait for a commit.
  std::uint64_t queued_bytes = 0;
  std::uint64_t commit_count = 0;
  std::uint64_t committed_record_count = 0;
  std::array<std::uint64_t, kSizeCount> commits_by_size{};
};

}  // namespace skep
