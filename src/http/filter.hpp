// Which records a request is about, as its parameters say.
#pragma once

#include "auth/claims.hpp"
#include "http/query.hpp"

#include <skep/output_store.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace skep::http {

struct RunFilter {
  std::optional<std::string> task_id;
  std::optional<std::uint32_t> attempt;
};

/// `task_id` and `attempt`.
[[nodiscard]] OrProblem<RunFilter> read_run(const Query& query);

/// The filters of a listing, if the token may read what they let through. Fails with 400 and 403.
[[nodiscard]] OrProblem<ListQuery> read_filter(const Query& query, const auth::Claims& claims);

/// `limit`.
[[nodiscard]] OrProblem<std::size_t> read_limit(const Query& query);

/// The record as it stands in a listing: without its body, the text of a value gives way to its
/// size.
[[nodiscard]] std::string record_json(const OutputRecord& record, bool with_body);

}  // namespace skep::http
