// Asking for one number.
#pragma once

#include "sqlite/connection.hpp"

#include <cstdint>
#include <optional>
#include <utility>

namespace skep::sqlite {

/// The integer that `sql`, a string literal, gives, with ?1 and so on bound to `values`; nothing if
/// it gives none.
template <class... Values>
[[nodiscard]] Result<std::optional<std::int64_t>> number(Connection& connection, const char* sql,
                                                         const Values&... values) {
  auto statement = connection.prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  [[maybe_unused]] int index = 0;
  (statement->bind(++index, values), ...);
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement->integer(0) : std::nullopt;
}

}  // namespace skep::sqlite
