// Points in time as RFC 3339 writes them.
#pragma once

#include <skep/output_record.hpp>

#include <string>
#include <string_view>

namespace skep::json {

/// Whether RFC 3339 can write the time: years 0000 to 9999.
[[nodiscard]] bool is_writable(Timestamp time) noexcept;

/// UTC with milliseconds: "2026-11-24T13:20:00.123Z". The time must be writable.
[[nodiscard]] std::string format_timestamp(Timestamp time);

/// Reads exactly that form. Nothing if `text` has another.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);

/// Reads that form, the same to the second or to the minute, or a day alone: its beginning.
[[nodiscard]] std::optional<Timestamp> parse_time(std::string_view text);

}  // namespace skep::json
