// Reading records: one, and in pages.
#pragma once

#include "sqlite/connection.hpp"
#include "sqlite/point_query.hpp"

#include <skep/output_store.hpp>

#include <string_view>

namespace skep::sqlite {

/// Nothing, without an error, if there is no such record.
[[nodiscard]] Result<std::optional<OutputRecord>> find(Connection& connection, std::string_view id);

/// Errors: `kNotFound`, `kCorrupt`, the engine's.
[[nodiscard]] Result<OutputRecord> read(Connection& connection, const PointQuery& query);

/// The greatest `seq` in the file; 0 if there is no record.
[[nodiscard]] Result<std::int64_t> read_last_seq(Connection& connection);

/// A page, or a slice of one: it ends after `query.limit` rows or `max_bytes` of bodies, whichever
/// is first, but not between rows that share a `seq`.
struct PageQuery {
  PageQuery(ListQuery list_query, std::size_t most_bytes)
      : query(std::move(list_query)), max_bytes(most_bytes) {}

  ListQuery query;
  std::size_t max_bytes;
};
struct PagePart {
  Page page;
  std::size_t row_count = 0;  ///< Damaged ones included.
  std::size_t byte_count = 0;
};
[[nodiscard]] Result<PagePart> read(Connection& connection, const PageQuery& query);
[[nodiscard]] Result<Page> read_page(Connection& connection, const ListQuery& query);

}  // namespace skep::sqlite
