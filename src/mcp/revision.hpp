// The revisions of the protocol that are spoken here.
#pragma once

#include "mcp/json_rpc.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace skep::mcp {

/// Published by https://modelcontextprotocol.io/specification; older ones first.
enum class Revision : std::uint8_t { k20241105, k20250326, k20250618, k20251125, k20260728 };

inline constexpr std::array<std::string_view, 5> kRevisionNames = {
    "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"};

/// The newest that begins with `initialize`.
inline constexpr Revision kNewestSessionRevision = Revision::k20251125;

[[nodiscard]] constexpr std::string_view to_string(Revision revision) noexcept {
  return kRevisionNames[static_cast<std::size_t>(revision)];
}

[[nodiscard]] constexpr std::optional<Revision> revision_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kRevisionNames.size(); ++i) {
    if (kRevisionNames[i] == name) return static_cast<Revision>(i);
  }
  return std::nullopt;
}

/// Whether each request tells all about itself, and there are no sessions.
[[nodiscard]] constexpr bool is_stateless(Revision revision) noexcept {
  return revision >= Revision::k20260728;
}

/// Their names, the newest first.
[[nodiscard]] JsonArray revision_names();

// Members of `_meta`.
inline constexpr std::string_view kVersionMeta = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view kCapabilitiesMeta = "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view kLogLevelMeta = "io.modelcontextprotocol/logLevel";
inline constexpr std::string_view kServerInfoMeta = "io.modelcontextprotocol/serverInfo";
inline constexpr std::string_view kSubscriptionMeta = "io.modelcontextprotocol/subscriptionId";

}  // namespace skep::mcp
