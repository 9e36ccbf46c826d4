// A run as the command line names it.
#pragma once

#include "cli/failure.hpp"

#include <skep/run_id.hpp>

#include <string>

namespace skep::cli {

/// "TASK/ATTEMPT", split at the last slash, so that a task may have some itself. Fails with
/// `kUsage` for anything else.
[[nodiscard]] OrFailure<RunId> parse_run(const std::string& text);

/// The name in that form.
[[nodiscard]] std::string name_of(const RunId& run);

}  // namespace skep::cli
