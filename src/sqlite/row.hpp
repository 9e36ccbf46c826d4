// A row of `outputs` as a record.
#pragma once

#include "sqlite/statement.hpp"

#include <skep/output_store.hpp>

namespace skep::sqlite {

/// The columns that `read_row` expects, in its order.
#define SKEP_ROW_COLUMNS \
  "id, task_id, attempt, producer_agent, event_json, parent_refs_json, seq, created_at"

/// Reads the current row of a statement that selects `SKEP_ROW_COLUMNS` into `record`, a new one.
/// Returns the bytes that its body and its parents take.
/// Errors: `kCorrupt`, naming the row; `record` is then of no use.
[[nodiscard]] Result<std::size_t> read_row(const Statement& statement, OutputRecord& record);

/// As `read_row`, but the event and the parents are not looked at.
[[nodiscard]] Result<void> read_without_body(const Statement& statement, OutputRecord& record);

/// What can be said of a row that `read_row` refused with `error`.
[[nodiscard]] DamagedRecord damaged_row(const Statement& statement, const Error& error);

/// The bytes that the current row's body and parents take.
[[nodiscard]] std::size_t row_bytes(const Statement& statement);

/// The position of the current row; rows without an integer there sort at 0.
[[nodiscard]] std::int64_t seq_of(const Statement& statement);

}  // namespace skep::sqlite
