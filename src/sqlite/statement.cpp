#include "sqlite/statement.hpp"

#include "sqlite/connection.hpp"
#include "sqlite/engine_error.hpp"

namespace skep::sqlite {

Statement::~Statement() {
  if (prepared_ == nullptr) return;
  sqlite3_reset(prepared_);
  sqlite3_clear_bindings(prepared_);
}

Statement& Statement::bind(int parameter, std::string_view text) {
  // SQLite takes a null pointer for NULL, even with length 0.
  const char* data = text.data() != nullptr ? text.data() : "";
  note(sqlite3_bind_text64(prepared_, parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int parameter, std::int64_t number) {
  note(sqlite3_bind_int64(prepared_, parameter, number));
  return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
  note(sqlite3_bind_blob64(prepared_, parameter, bytes.data(), bytes.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  note(sqlite3_bind_null(prepared_, parameter));
  return *this;
}

Result<bool> Statement::step() {
  if (bind_code_ != SQLITE_OK) {
    return std::unexpected(engine_error(nullptr, bind_code_, "binding a value"));
  }
  if (connection_->interrupted()) {
    return std::unexpected(engine_error(nullptr, SQLITE_INTERRUPT, "running a statement"));
  }
  const int code = sqlite3_step(prepared_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(engine_error(connection_->handle(),
                                      sqlite3_extended_errcode(connection_->handle()),
                                      "running a statement"));
}

Result<void> Statement::run() {
  const auto row = step();
  sqlite3_reset(prepared_);
  if (!row) return std::unexpected(row.error());
  return {};
}

std::optional<std::string_view> Statement::text(int column) const {
  // Each look at a column through the statement costs more than what one learns of its value.
  sqlite3_value* value = sqlite3_column_value(prepared_, column);
  if (sqlite3_value_type(value) != SQLITE_TEXT) return std::nullopt;
  const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (data == nullptr) return std::nullopt;
  return std::string_view(data, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

std::optional<std::int64_t> Statement::integer(int column) const {
  sqlite3_value* value = sqlite3_column_value(prepared_, column);
  if (sqlite3_value_type(value) != SQLITE_INTEGER) return std::nullopt;
  return sqlite3_value_int64(value);
}

double Statement::real(int column) const { return sqlite3_column_double(prepared_, column); }

bool Statement::is_null(int column) const {
  return sqlite3_column_type(prepared_, column) == SQLITE_NULL;
}

}  // namespace skep::sqlite
