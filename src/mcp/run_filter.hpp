// Which outputs a listing or a search is about.
#pragma once

#include "mcp/arguments.hpp"
#include "mcp/scope.hpp"
#include "mcp/uri.hpp"

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

/// `task_id`, `attempt`, `producer_agent` and `type`, as the arguments or their `cursor` have them,
/// within what the client may see. `position` becomes what else is in the cursor; empty without.
[[nodiscard]] RunFilter read_run_filter(Arguments& arguments, const Scope& scope, Form& position);

/// A cursor that goes on with the same filter at `position`, which must not be empty.
[[nodiscard]] std::string cursor_of(const RunFilter& filter, Form position);

}  // namespace skep::mcp
