#include "mcp/revision.hpp"

#include <ranges>

namespace skep::mcp {

JsonArray revision_names() {
  JsonArray names;
  for (const std::string_view name : kRevisionNames | std::views::reverse) names.emplace_back(name);
  return names;
}

}  // namespace skep::mcp
