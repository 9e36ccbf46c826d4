// The records that match the criteria of a prune.
#pragma once

#include "sqlite/connection.hpp"

#include <skep/prune.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace skep::sqlite {

/// A record that matches.
struct PruneCandidate {
  std::string id;
  std::int64_t seq = 0;
  std::string task_id;
  std::string producer_agent;
};

/// Finds them from the greatest `seq` down: so children come before the parents that they name,
/// unless those were stored after them. Not thread-safe.
class PruneCandidates {
 public:
  explicit PruneCandidates(const PruneQuery& query) : query_(query) {}

  /// The next ones, after some milliseconds of looking; there may be none among these. Nothing at
  /// the end.
  [[nodiscard]] Result<std::optional<std::vector<PruneCandidate>>> next(Connection& connection);

 private:
  [[nodiscard]] Result<bool> is_beyond_kept(Connection& connection, const PruneCandidate& record);

  const PruneQuery query_;
  std::int64_t next_seq_ = std::numeric_limits<std::int64_t>::max();
  // By producer, where those that are kept begin; nothing if it has no more than that.
  std::unordered_map<std::string, std::optional<std::int64_t>> first_kept_;
};

}  // namespace skep::sqlite
