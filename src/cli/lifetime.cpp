#include "cli/lifetime.hpp"

#include <charconv>
#include <cstdint>
#include <system_error>

namespace skep::cli {
namespace {

constexpr std::int64_t kMaxSeconds = std::int64_t{100} * 365 * 24 * 3600;

std::int64_t seconds_in(char unit) noexcept {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3'600;
    case 'd':
      return 86'400;
    default:
      return 0;
  }
}

}  // namespace

OrFailure<std::optional<std::chrono::seconds>> parse_lifetime(const std::string& option,
                                                              const std::string& text) {
  if (text == "never") return std::nullopt;
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  const std::int64_t unit = stop + 1 == end ? seconds_in(*stop) : 0;
  if (error != std::errc() || unit == 0 || count < 1 || count > kMaxSeconds / unit) {
    return usage_error(option + " takes a time such as 90s, 15m, 12h or 30d, or 'never', not '" +
                       text + "'");
  }
  return std::chrono::seconds(count * unit);
}

}  // namespace skep::cli
