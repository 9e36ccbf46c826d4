#include "sqlite/connection.hpp"

#include "sqlite/engine_error.hpp"
#include "sqlite/joined_writes.hpp"
#include "sqlite/nonblocking_reads.hpp"

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
    case Connection::Mode::kTemporary:
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
  // It changes what SQLite calls, so it has to be done before one of our threads reads a file.
  static_cast<void>(NonblockingReads::available());
  sqlite3* db = nullptr;
  const char* name = path.c_str();
  if (mode == Mode::kMemory) name = ":memory:";
  if (mode == Mode::kTemporary) name = "";
  const bool writes = mode == Mode::kReadWrite || mode == Mode::kCreate;
  const int code = sqlite3_open_v2(name, &db, open_flags(mode), writes ? joined_writes() : nullptr);
  std::unique_ptr<Connection> connection(new Connection(db, busy_timeout));
  if (code != SQLITE_OK) return std::unexpected(engine_error(db, code, "opening " + path));
  connection->restore_busy_timeout();
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

Result<void> Connection::run(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  return statement->run();
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

void Connection::watch_log() noexcept {
  sqlite3_wal_hook(
      db_,
      [](void* self, sqlite3* /*db*/, const char* /*name*/, int pages) {
        auto* connection = static_cast<Connection*>(self);
        // A log that is shorter than it was has started anew.
        if (pages < connection->log_pages_) {
          connection->log_pages_ = 0;
          connection->patience_pages_ = 0;
        }
        if (pages < connection->checkpoint_pages_) connection->checkpoint_pages_ = 0;
        connection->last_commit_pages_ = pages - connection->log_pages_;
        connection->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
}

void Connection::restore_busy_timeout() noexcept {
  sqlite3_busy_timeout(db_, static_cast<int>(busy_timeout_.count()));
}

void Connection::interrupt() noexcept {
  interrupted_.store(true);
  sqlite3_interrupt(db_);
}

bool Connection::recover() {
  rollback();
  return idle() && execute("SELECT 1").has_value();
}

void Connection::rollback() noexcept {
  if (!in_transaction()) return;
  const bool was_interrupted = interrupted_.exchange(false);
  sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  if (was_interrupted) interrupted_.store(true);
}

Result<Transaction> Transaction::begin(Connection& connection) {
  if (auto begun = connection.run("BEGIN IMMEDIATE"); !begun) {
    return std::unexpected(std::move(begun.error()));
  }
  return Transaction(connection);
}

Result<void> Transaction::commit() {
  auto committed = connection_->run("COMMIT");
  if (!committed) {
    Error& error = committed.error();
    // A full disk has written nothing; what else fails here may have.
    const bool has_failed = error.kind == ErrorKind::kInternal || error.kind == ErrorKind::kIo;
    if (has_failed && (error.engine_code & 0xFF) != SQLITE_FULL) {
      error.outcome = Outcome::kInDoubt;
      error.retryable = false;
      connection_->distrust();
    }
    return std::unexpected(std::move(error));
  }
  connection_ = nullptr;
  return {};
}

Result<Savepoint> Savepoint::begin(Connection& connection) {
  if (auto begun = connection.run("SAVEPOINT part"); !begun) {
    return std::unexpected(std::move(begun.error()));
  }
  return Savepoint(connection);
}

Savepoint::~Savepoint() {
  // Where the whole transaction was rolled back, there is nothing left to undo.
  if (connection_ == nullptr || !connection_->in_transaction()) return;
  // If even this fails, the transaction must not commit what was to be undone.
  if (!connection_->run("ROLLBACK TO part") || !connection_->run("RELEASE part")) {
    connection_->rollback();
  }
}

Result<void> Savepoint::release() {
  auto released = connection_->run("RELEASE part");
  if (released) connection_ = nullptr;
  return released;
}

}  // namespace skep::sqlite
