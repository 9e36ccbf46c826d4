#include "cli/time_text.hpp"

#include <array>
#include <cstdio>

namespace skep::cli {

std::string time_text(std::chrono::sys_seconds time) {
  using std::chrono::sys_days;
  using std::chrono::year;
  constexpr std::chrono::sys_seconds kFirst = sys_days(year(0) / 1 / 1);
  constexpr std::chrono::sys_seconds kEnd = sys_days(year(10'000) / 1 / 1);
  if (time < kFirst || time >= kEnd) {
    return std::to_string(time.time_since_epoch().count()) + " s since 1970";
  }
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d UTC",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

}  // namespace skep::cli
