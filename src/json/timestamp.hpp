// Points in time as RFC 3339 writes them.
#pragma once

#include <skep/output_record.hpp>

#include <string>
#include <string_view>

namespace skep::json {

/// UTC with milliseconds: "2026-11-24T13:20:00.123Z".
[[nodiscard]] std::string format_timestamp(Timestamp time);

/// Reads exactly that form, years 0000 to 9999. Nothing if `text` has another.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);

}  // namespace skep::json
