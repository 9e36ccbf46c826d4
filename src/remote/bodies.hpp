// What is sent to a server, as JSON.
#pragma once

#include <skep/output_store.hpp>

#include <string>
#include <vector>

namespace skep::remote {

/// One request: `{task_id, attempt, producer_agent, event, parent_refs}`. Values keep their text.
[[nodiscard]] std::string emit_body(const AppendRequest& request);

/// A request on each line. A value that spans lines is folded into one, and spelt once more as
/// `value_text`.
[[nodiscard]] std::string batch_body(const std::vector<AppendRequest>& requests);

/// A record on each line, as `to_ndjson` writes it, without its `seq`.
[[nodiscard]] std::string records_body(std::vector<OutputRecord> records);

/// Of a prune.
[[nodiscard]] std::string prune_body(const PruneQuery& query);

}  // namespace skep::remote
