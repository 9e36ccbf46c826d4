// Records and their edges in the file, as a walk along them sees them.
#pragma once

#include "sqlite/connection.hpp"
#include "store/lineage_walk.hpp"

#include <sqlite3.h>

#include <memory>
#include <optional>
#include <string>

namespace skep::sqlite {

/// Reads rows without their bodies, and keeps a read transaction open while it lives: one a portion
/// of a walk. `connection` must outlive it.
class RowLineageSource final : public LineageSource {
 public:
  explicit RowLineageSource(Connection& connection) : connection_(connection) {}

  [[nodiscard]] Result<LineageRow> look(const OutputRef& ref) override;
  [[nodiscard]] Result<std::vector<LineageChild>> children(const OutputRef& parent,
                                                           const LineageChild* after) override;

 private:
  struct CloseBlob {
    void operator()(sqlite3_blob* blob) const noexcept { sqlite3_blob_close(blob); }
  };

  [[nodiscard]] Result<std::optional<std::string>> event_type(std::int64_t rowid);
  [[nodiscard]] Result<std::string> read_event(int byte_count);

  Connection& connection_;
  std::unique_ptr<sqlite3_blob, CloseBlob> event_;
};

}  // namespace skep::sqlite
