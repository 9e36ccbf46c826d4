// The Who&When data set: runs of multi-agent systems that went wrong, a JSON file each.
#pragma once

#include "interchange/fault.hpp"

#include <skep/output_record.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace skep::interchange {

/// One file of the data set, and the task that it becomes: "<subfolder>/<number>".
struct RunFile {
  std::filesystem::path path;
  std::string task_id;
};

/// The runs below `directory` (`<subfolder>/<number>.json`), by subfolder and then by number.
/// Errors: an I/O fault; `kNotFound` if there are none.
[[nodiscard]] FaultOr<std::vector<RunFile>> find_runs(const std::filesystem::path& directory);

/// The records of one run: an artifact "annotation" with what is said about the run, then each
/// entry of its history as an artifact "step-<index>", the last one as the final. Their ids depend
/// on the task and the step alone. A record's parent is what it answers: the newest instruction to
/// its agent ("Orchestrator (-> agent)") that the agent has not answered, else the entry before.
/// Errors: `kInvalidArgument`, naming the field.
[[nodiscard]] Result<std::vector<OutputRecord>> records_of_run(std::string_view json,
                                                               const std::string& task_id);

/// Reads the file and gives its records. Errors: as `records_of_run`, naming the file; `kTooLarge`
/// for a file over 256 MiB; an I/O fault.
[[nodiscard]] FaultOr<std::vector<OutputRecord>> load_run(const RunFile& run);

}  // namespace skep::interchange
