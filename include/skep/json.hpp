// The JSON of events and records, on disk and on the wire (docs/format.md).
//
// All functions are pure and thread-safe.
#pragma once

#include <skep/limits.hpp>
#include <skep/lineage.hpp>
#include <skep/output_record.hpp>

#include <string>
#include <string_view>

namespace skep {

/// The event as compact JSON: tag first, fields in declared order, optional fields as `null`, an
/// inline value as its producer wrote it.
[[nodiscard]] std::string to_json(const OutputEvent& event);

/// The record as one JSON object: `id, task_id, attempt, producer_agent, event, parent_refs`, then
/// `seq` and `created_at` (RFC 3339, UTC, milliseconds; `null` if unknown).
[[nodiscard]] std::string to_json(const OutputRecord& record);

/// The record as one line, without its line feed. Equal to `to_json` unless the inline value spans
/// lines: then the line breaks (white space in JSON) become spaces, and a last member `value_text`
/// spells the value as its producer wrote it.
[[nodiscard]] std::string to_ndjson(const OutputRecord& record);

/// The lineage as one JSON object (docs/format.md). Edges name refs.
[[nodiscard]] std::string to_json(const Lineage& lineage);

/// "present", "missing" or "damaged".
[[nodiscard]] std::string_view to_string(LineageState state) noexcept;

/// Reads an event. Unknown members are ignored.
/// Errors: `kTooLarge` if `json` is longer than `max_bytes`; `kInvalidArgument`, naming the byte
/// (from 0), for whatever `JsonText::parse` rejects, an unknown `type` or `kind`, a member that is
/// missing, repeated, of the wrong type or out of range.
[[nodiscard]] Result<OutputEvent> event_from_json(std::string_view json,
                                                  std::size_t max_bytes = kDefaultMaxBodyBytes);

/// Reads a record, as `to_json` or `to_ndjson` wrote it. `seq` and `created_at` may be absent;
/// `parent_refs` may be absent but not `null`. Errors: as for an event; the limit holds for the
/// event alone.
[[nodiscard]] Result<OutputRecord> record_from_json(std::string_view json,
                                                    std::size_t max_bytes = kDefaultMaxBodyBytes);

}  // namespace skep
