#include "cli/run_name.hpp"

#include "cli/text.hpp"

#include <skep/output_record.hpp>

#include <charconv>

namespace skep::cli {

OrFailure<RunId> parse_run(const std::string& text) {
  const auto slash = text.rfind('/');
  if (slash != std::string::npos) {
    RunId run(text.substr(0, slash), 0);
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, run.attempt);
    if (error == std::errc() && stop == end) return run;
  }
  std::string message = "'" + one_line(text) + "' is not a run: give TASK/ATTEMPT, as in 'bees/1'";
  if (OutputRef(text).is_well_formed()) message += "; a ref is for 'skep get'";
  return usage_error(std::move(message));
}

std::string name_of(const RunId& run) { return run.task_id + '/' + std::to_string(run.attempt); }

}  // namespace skep::cli
