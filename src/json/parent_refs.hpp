// Parent refs as the JSON array of strings that records carry.
#pragma once

#include "json/cursor.hpp"

#include <skep/output_record.hpp>

#include <string>
#include <vector>

namespace skep::json {

void write_parent_refs(std::string& out, const std::vector<OutputRef>& parents);

/// Reads the array at the cursor.
[[nodiscard]] Result<std::vector<OutputRef>> read_parent_refs(Cursor& cursor);

}  // namespace skep::json
