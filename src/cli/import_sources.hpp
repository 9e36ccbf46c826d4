// Where `skep import` reads from.
#pragma once

#include "cli/session.hpp"

#include <cstdint>
#include <string>

namespace skep::cli {

/// Imports an NDJSON file, or standard input if `source` is "-".
[[nodiscard]] OrFailure<ImportResult> import_ndjson_file(const Session& session,
                                                         const std::string& source);

struct DataSetResult {
  std::uint64_t run_count = 0;
  std::uint64_t output_count = 0;  ///< Of agents: without the annotations, one a run.
  ImportResult records;
};

/// Imports the Who&When data set, run by run.
[[nodiscard]] OrFailure<DataSetResult> import_data_set(const Session& session,
                                                       const std::string& directory);

}  // namespace skep::cli
