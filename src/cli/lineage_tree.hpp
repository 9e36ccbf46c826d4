// A lineage as a tree on a terminal.
#pragma once

#include "cli/output.hpp"

#include <skep/lineage.hpp>

#include <string>
#include <vector>

namespace skep::cli {

/// Draws each node once, the root in front; where another way leads to it, it is only named, and
/// marked "(above)", or "(cycle)" if that way leads back. What has one thing behind it is not
/// indented further, so that a long chain stays a list. `words` holds what the nodes say, by their
/// position, as far as it is known. No recursion: chains may be as long as they are.
void draw_tree(Output& out, const Lineage& lineage, const std::vector<std::string>& words);

}  // namespace skep::cli
