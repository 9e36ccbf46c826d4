#include "json/timestamp.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace skep::json {
namespace {

// Reads `digit_count` digits at `at`.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t digit_count) {
  int number = 0;
  const char* first = text.data() + at;
  const auto [end, error] = std::from_chars(first, first + digit_count, number);
  if (error != std::errc() || end != first + digit_count || *first == '-') return std::nullopt;
  return number;
}

}  // namespace

bool is_writable(Timestamp time) noexcept {
  using namespace std::chrono_literals;
  return time >= std::chrono::sys_days(0y / 1 / 1) && time < std::chrono::sys_days(10000y / 1 / 1);
}

std::string format_timestamp(Timestamp time) {
  using std::chrono::days;
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02ld:%02ld:%02ld.%03ldZ", int{date.year()},
      unsigned{date.month()}, unsigned{date.day()}, static_cast<long>(clock.hours().count()),
      static_cast<long>(clock.minutes().count()), static_cast<long>(clock.seconds().count()),
      static_cast<long>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] != '0' && text[i] != kForm[i]) return std::nullopt;
  }
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  const auto millisecond = digits(text, 20, 3);
  if (!year || !month || !day || !hour || !minute || !second || !millisecond) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) + std::chrono::milliseconds(*millisecond);
}

std::optional<Timestamp> parse_time(std::string_view text) {
  constexpr std::string_view kZero = "0000-01-01T00:00:00.000";
  constexpr std::string_view kDay = "0000-01-01";
  constexpr std::string_view kMinute = "0000-01-01T00:00";
  constexpr std::string_view kSecond = "0000-01-01T00:00:00";
  if (text.size() != kDay.size()) {
    if (!text.ends_with('Z')) return std::nullopt;
    text.remove_suffix(1);
    if (text.size() != kMinute.size() && text.size() != kSecond.size() &&
        text.size() != kZero.size()) {
      return std::nullopt;
    }
  }
  return parse_timestamp(std::string(text).append(kZero.substr(text.size())) + 'Z');
}

}  // namespace skep::json
