// Records from NDJSON: one a line, as `skep export` writes them.
#pragma once

#include "interchange/fault.hpp"

#include <skep/blocking_store.hpp>

#include <cstddef>
#include <cstdint>
#include <istream>

namespace skep::interchange {

struct ImportLimits {
  std::size_t max_body_bytes = kDefaultMaxBodyBytes;
  std::size_t max_batch_count = 1'000;                  ///< Records that are committed together.
  std::size_t max_batch_bytes = std::size_t{8} << 20U;  ///< A batch ends past this.
  /// A line spells the body up to three times as long (once more, escaped, as `value_text`), and
  /// the words and parents besides.
  std::size_t max_line_bytes = 3 * kDefaultMaxBodyBytes + (std::size_t{16} << 20U);
};

/// Reads records from `in`, a line each, and stores them under their ids, batch by batch; blank
/// lines are skipped. Progress is in bytes.
/// Errors name the line; batches before the bad one stay stored, and the message says how many
/// records that are.
[[nodiscard]] FaultOr<ImportResult> import_ndjson(BlockingStore& store, std::istream& in,
                                                  const ImportLimits& limits = {},
                                                  const OnProgress& on_progress = nullptr);

}  // namespace skep::interchange
