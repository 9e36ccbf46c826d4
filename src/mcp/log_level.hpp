// How much a client wants to be told.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace skep::mcp {

/// The levels of RFC 5424, the least first.
enum class LogLevel : std::uint8_t {
  kDebug,
  kInfo,
  kNotice,
  kWarning,
  kError,
  kCritical,
  kAlert,
  kEmergency,
};

inline constexpr std::array<std::string_view, 8> kLogLevelNames = {
    "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"};

[[nodiscard]] constexpr std::string_view to_string(LogLevel level) noexcept {
  return kLogLevelNames[static_cast<std::size_t>(level)];
}

[[nodiscard]] constexpr std::optional<LogLevel> log_level_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kLogLevelNames.size(); ++i) {
    if (kLogLevelNames[i] == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

}  // namespace skep::mcp
