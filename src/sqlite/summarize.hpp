// Tasks, producers and the store as a whole, as far as they are counted (counts.hpp).
#pragma once

#include "sqlite/connection.hpp"

#include <skep/output_store.hpp>

#include <string>
#include <vector>

namespace skep::sqlite {

[[nodiscard]] Result<std::vector<TaskSummary>> tasks(Connection& connection,
                                                     const NameQuery& query);

[[nodiscard]] Result<std::vector<RunSummary>> runs(Connection& connection, const RunQuery& query);
[[nodiscard]] Result<std::vector<AgentSummary>> agents(Connection& connection,
                                                       const NameQuery& query);

/// `path` is the database file, empty for one in memory.
[[nodiscard]] Result<StoreStats> stats(Connection& connection, const std::string& path);

}  // namespace skep::sqlite
