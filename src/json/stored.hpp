// Reading and writing the JSON columns of a stored row.
#pragma once

#include "json/check.hpp"
#include "json/cursor.hpp"

#include <skep/output_record.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace skep::json {

[[nodiscard]] std::string parent_refs_to_json(const std::vector<OutputRef>& parents);

/// Errors: `kCorrupt`.
[[nodiscard]] Result<std::vector<OutputRef>> parent_refs_from_stored(std::string_view text);

/// The event of a stored row. Its envelope is read, its value passed through unread
/// (`JsonText::from_stored`), so that it comes back whatever another program stored there.
/// Errors: `kCorrupt`.
[[nodiscard]] Result<OutputEvent> event_from_stored(std::string_view text);

/// Reads all of a stored `text` with `read(Cursor&)`; any error becomes `kCorrupt`.
template <class T, class Read>
Result<T> from_stored(std::string_view text, Read read) {
  Result<void> checked = check_text("the text", text);
  if (checked) {
    Cursor cursor(text);
    Result<T> value = read(cursor);
    checked = value ? cursor.expect_end() : std::unexpected(std::move(value.error()));
    if (checked) return value;
  }
  checked.error().kind = ErrorKind::kCorrupt;
  return std::unexpected(std::move(checked.error()));
}

}  // namespace skep::json
