// Counts of tasks, runs, producers and outputs, kept beside the records (docs/format.md).
#pragma once

#include "sqlite/connection.hpp"

#include <cstdint>
#include <optional>

namespace skep::sqlite {

/// Creates what the counts are kept in, with nothing counted: three tables, and the triggers that
/// keep totals right and take back what was counted of a record that is deleted. There is none on
/// insertion, which would cost each append a tenth of its time (256 B: a fifth); so a record that
/// comes in behind those that are counted is not counted.
extern const char* const kCreateCounts;

/// Appends don't count: they would pay for it with one more page or two each. So counts stand at
/// the records up to some `seq`, and whoever asks for them first counts what was added since.
///
/// The greatest `seq` there is, if records up to it are not counted yet; nothing if all are.
[[nodiscard]] Result<std::optional<std::int64_t>> uncounted(Connection& connection);

/// Counts some of the records that are not counted yet, in one transaction, short enough for
/// appends to wait for. Returns the `seq` up to which all are now counted; the greatest there can
/// be if there was nothing to count.
[[nodiscard]] Result<std::int64_t> count_some(Connection& connection);

}  // namespace skep::sqlite
