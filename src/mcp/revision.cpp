#include "mcp/revision.hpp"

namespace skep::mcp {

JsonArray revision_names() {
  JsonArray names;
  for (auto name = kRevisionNames.rbegin(); name != kRevisionNames.rend(); ++name) {
    names.emplace_back(*name);
  }
  return names;
}

}  // namespace skep::mcp
