// Asking for one number.
#pragma once

#include "sqlite/connection.hpp"

#include <cstdint>
#include <optional>
#include <utility>

namespace skep::sqlite {

/// The integer that `sql`, a string literal, gives, with ?1 bound; nothing if it gives none.
[[nodiscard]] inline Result<std::optional<std::int64_t>> number(
    Connection& connection, const char* sql, std::optional<std::int64_t> first = std::nullopt) {
  auto statement = connection.prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  if (first) statement->bind(1, *first);
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement->integer(0) : std::nullopt;
}

}  // namespace skep::sqlite
