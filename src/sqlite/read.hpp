// Reading records: by ref, newest by name, and in pages.
#pragma once

#include "sqlite/connection.hpp"

#include <skep/output_store.hpp>

#include <cstdint>
#include <string_view>

namespace skep::sqlite {

/// Nothing, without an error, if there is no such record.
[[nodiscard]] Result<std::optional<OutputRecord>> find(Connection& connection, std::string_view id);

[[nodiscard]] Result<OutputRecord> get(Connection& connection, const OutputRef& ref);

[[nodiscard]] Result<OutputRecord> latest(Connection& connection, std::string_view name);

[[nodiscard]] Result<OutputRecord> latest_in_run(Connection& connection, std::string_view task_id,
                                                 std::uint32_t attempt, std::string_view name);

[[nodiscard]] Result<Page> list(Connection& connection, const ListQuery& query);

}  // namespace skep::sqlite
