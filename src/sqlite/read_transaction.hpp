// A read transaction.
#pragma once

#include "sqlite/connection.hpp"

namespace skep::sqlite {

/// Begins one, which sees the state of the file at its first read until it ends.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection)
      : connection_(connection), begun_(connection.run("BEGIN")) {}
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction() { connection_.rollback(); }

  [[nodiscard]] const Result<void>& begun() const noexcept { return begun_; }

 private:
  Connection& connection_;
  Result<void> begun_;
};

}  // namespace skep::sqlite
