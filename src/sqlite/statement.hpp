// One use of a prepared statement.
#pragma once

#include <skep/error.hpp>

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace skep::sqlite {

class Connection;

/// Binds, steps and reads a statement that its connection keeps prepared; resets it at the end of
/// its scope. Parameters and columns count from 1 and 0, as in SQLite. Bound texts are not copied:
/// they must live until the last step.
class Statement {
 public:
  Statement(Connection& connection, sqlite3_stmt* prepared) noexcept
      : connection_(&connection), prepared_(prepared) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement(Statement&& other) noexcept
      : connection_(other.connection_), prepared_(other.prepared_) {
    other.prepared_ = nullptr;
  }
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, std::int64_t number);
  Statement& bind_blob(int parameter, std::string_view bytes);
  Statement& bind_null(int parameter);

  /// Steps. True: a row is there; false: done.
  [[nodiscard]] Result<bool> step();

  /// Steps a statement that gives no rows, and makes it ready to be bound again.
  [[nodiscard]] Result<void> run();

  /// A TEXT column, valid until the next step; nothing if it has another type.
  [[nodiscard]] std::optional<std::string_view> text(int column) const;
  /// An INTEGER column; nothing if it has another type.
  [[nodiscard]] std::optional<std::int64_t> integer(int column) const;
  /// A column as a number, whatever its type.
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  void note(int code) noexcept {
    if (bind_code_ == SQLITE_OK) bind_code_ = code;
  }

  Connection* connection_;
  sqlite3_stmt* prepared_;
  int bind_code_ = SQLITE_OK;
};

}  // namespace skep::sqlite
