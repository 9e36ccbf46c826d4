// Which outputs a listing or a search is about.
#pragma once

#include "mcp/arguments.hpp"
#include "mcp/scope.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace skep::mcp {

struct RunFilter {
  std::optional<std::string> task_id;
  std::optional<std::uint32_t> attempt;
  std::optional<std::string> producer_agent;
  std::optional<std::string> type;
};

/// `task_id`, `attempt`, `producer_agent` and `type`, within what the client may see.
[[nodiscard]] RunFilter read_run_filter(Arguments& arguments, const Scope& scope);

}  // namespace skep::mcp
