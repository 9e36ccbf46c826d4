// Points in time as people read them.
#pragma once

#include <chrono>
#include <string>

namespace skep::cli {

/// "2026-11-24 14:00:00 UTC"; of a year that has not four digits, the seconds since 1970.
[[nodiscard]] std::string time_text(std::chrono::sys_seconds time);

}  // namespace skep::cli
