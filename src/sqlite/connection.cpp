#include "sqlite/connection.hpp"

#include "sqlite/engine_error.hpp"

#include <utility>

namespace skep::sqlite {
namespace {

// How many virtual-machine steps pass between two looks at the interrupt flag (some microseconds).
constexpr int kProgressSteps = 2'000;

int open_flags(Connection::Mode mode) {
  constexpr int kCommon = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
  switch (mode) {
    case Connection::Mode::kReadOnly:
      return kCommon | SQLITE_OPEN_READONLY;
    case Connection::Mode::kReadWrite:
      return kCommon | SQLITE_OPEN_READWRITE;
    case Connection::Mode::kCreate:
      return kCommon | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Connection::Mode::kMemory:
      return kCommon | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
  }
  std::unreachable();
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Mode mode,
                                                     std::chrono::milliseconds busy_timeout) {
  sqlite3* db = nullptr;
  const char* name = mode == Mode::kMemory ? ":memory:" : path.c_str();
  const int code = sqlite3_open_v2(name, &db, open_flags(mode), nullptr);
  std::unique_ptr<Connection> connection(new Connection(db));
  if (code != SQLITE_OK) return std::unexpected(engine_error(db, code, "opening " + path));
  sqlite3_busy_timeout(db, static_cast<int>(busy_timeout.count()));
  // `sqlite3_interrupt` does nothing between two statements; the handler sees the sticky flag.
  sqlite3_progress_handler(
      db, kProgressSteps,
      [](void* self) { return static_cast<Connection*>(self)->interrupted() ? 1 : 0; },
      connection.get());
  return connection;
}

Connection::~Connection() {
  statements_.clear();
  sqlite3_close(db_);
}

Result<Statement> Connection::prepare(const char* sql) {
  auto& prepared = statements_[sql];
  if (!prepared) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    prepared.reset(raw);
    if (code != SQLITE_OK) return std::unexpected(engine_error(db_, code, "preparing a statement"));
  }
  return Statement(*this, prepared.get());
}

Result<void> Connection::execute(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(engine_error(db_, code, "running a statement"));
  return {};
}

Result<std::string> Connection::pragma(const std::string& pragma_text) {
  sqlite3_stmt* raw = nullptr;
  const std::string sql = "PRAGMA " + pragma_text;
  int code = sqlite3_prepare_v2(db_, sql.c_str(), -1, &raw, nullptr);
  const std::unique_ptr<sqlite3_stmt, Finalize> statement(raw);
  if (code == SQLITE_OK) code = sqlite3_step(raw);
  if (code == SQLITE_DONE) return std::string();
  if (code != SQLITE_ROW) return std::unexpected(engine_error(db_, code, sql));
  const auto* value = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
  return std::string(value != nullptr ? value : "");
}

void Connection::interrupt() noexcept {
  interrupted_.store(true);
  sqlite3_interrupt(db_);
}

bool Connection::idle() const noexcept { return trusted_ && sqlite3_get_autocommit(db_) != 0; }

bool Connection::recover() {
  rollback();
  return idle() && execute("SELECT 1").has_value();
}

void Connection::rollback() noexcept {
  if (sqlite3_get_autocommit(db_) != 0) return;
  const bool was_interrupted = interrupted_.exchange(false);
  sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  if (was_interrupted) interrupted_.store(true);
}

Result<Transaction> Transaction::begin(Connection& connection) {
  auto statement = connection.prepare("BEGIN IMMEDIATE");
  if (!statement) return std::unexpected(statement.error());
  if (auto begun = statement->run(); !begun) return std::unexpected(begun.error());
  return Transaction(connection);
}

Result<void> Transaction::commit() {
  auto statement = connection_->prepare("COMMIT");
  if (!statement) return std::unexpected(statement.error());
  auto committed = statement->run();
  if (!committed) {
    Error& error = committed.error();
    if (error.kind == ErrorKind::kInternal) {
      error.outcome = Outcome::kInDoubt;
      error.retryable = false;
      connection_->distrust();
    }
    return std::unexpected(std::move(error));
  }
  connection_ = nullptr;
  return {};
}

}  // namespace skep::sqlite
