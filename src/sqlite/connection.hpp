// A blocking connection to one SQLite database, for an isle to own.
#pragma once

#include "sqlite/statement.hpp"

#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>

namespace skep::sqlite {

/// Not thread-safe, but for `interrupt`. Fulfils `IsleConnection`.
class Connection {
 public:
  enum class Mode { kReadOnly, kReadWrite, kCreate, kMemory, kTemporary };

  /// Opens the database at `path` (an absolute path; ignored for kMemory and
  /// kTemporary, which lies in a file without a name once it is large).
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open(
      const std::string& path, Mode mode, std::chrono::milliseconds busy_timeout);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// The statement for `sql`, a string literal: prepared at its first use and kept.
  [[nodiscard]] Result<Statement> prepare(const char* sql);

  /// Runs statements that give no rows and need no values, without keeping them.
  [[nodiscard]] Result<void> execute(const char* sql);

  /// Runs `sql`, a string literal that gives no rows and needs no values, and keeps it prepared.
  [[nodiscard]] Result<void> run(const char* sql);

  /// Runs `PRAGMA name` and returns the first column of its first row, as text.
  [[nodiscard]] Result<std::string> pragma(const std::string& pragma_text);

  void interrupt() noexcept;
  void reset_interrupt() noexcept { interrupted_.store(false); }
  [[nodiscard]] bool interrupted() const noexcept { return interrupted_.load(); }

  /// No transaction is open, and the connection is trusted.
  [[nodiscard]] bool idle() const noexcept { return trusted_ && !in_transaction(); }
  [[nodiscard]] bool in_transaction() const noexcept { return sqlite3_get_autocommit(db_) == 0; }
  [[nodiscard]] bool recover();

  /// Rolls back the open transaction, if there is one; an interrupt does not keep it from it.
  void rollback() noexcept;

  /// From now on the connection counts as unusable, and its isle will end: after a failed sync
  /// nothing that the file seems to hold can be trusted.
  void distrust() noexcept { trusted_ = false; }
  [[nodiscard]] bool trusted() const noexcept { return trusted_; }

  /// From now on commits count the pages of the write-ahead log, and none checkpoints by itself.
  void watch_log() noexcept;

  /// Pages in the log after the last commit of this connection, and how many of them it added.
  [[nodiscard]] int log_pages() const noexcept { return log_pages_; }
  [[nodiscard]] int last_commit_pages() const noexcept { return last_commit_pages_; }
  [[nodiscard]] int log_pages_since_checkpoint() const noexcept {
    return log_pages_ - checkpoint_pages_;
  }
  void note_checkpoint() noexcept { checkpoint_pages_ = log_pages_; }

  /// Pages of log from which on a checkpoint waits for readers; forgotten when the log starts anew.
  [[nodiscard]] int patience_pages() const noexcept { return patience_pages_; }
  void set_patience_pages(int pages) noexcept { patience_pages_ = pages; }

  void restore_busy_timeout() noexcept;

  [[nodiscard]] sqlite3* handle() const noexcept { return db_; }

 private:
  Connection(sqlite3* db, std::chrono::milliseconds busy_timeout)
      : db_(db), busy_timeout_(busy_timeout) {}

  struct Finalize {
    void operator()(sqlite3_stmt* prepared) const noexcept { sqlite3_finalize(prepared); }
  };

  sqlite3* db_;
  std::chrono::milliseconds busy_timeout_;
  int log_pages_ = 0;
  int last_commit_pages_ = 0;
  int checkpoint_pages_ = 0;  // `log_pages_` at the last checkpoint
  int patience_pages_ = 0;
  std::atomic<bool> interrupted_ = false;
  bool trusted_ = true;
  // Keyed by the literal's address: looking it up costs no comparison of texts.
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

/// A write transaction: begins at once (so that two writers queue instead of failing), and rolls
/// back unless it was committed.
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(Connection& connection);

  Transaction(Transaction&& other) noexcept : connection_(other.connection_) {
    other.connection_ = nullptr;
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction() {
    if (connection_ != nullptr) connection_->rollback();
  }

  /// Makes the transaction durable. An I/O error here leaves its outcome in doubt, and the
  /// connection distrusted.
  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}

  Connection* connection_;
};

/// A part of an open transaction that is undone unless it was released.
class Savepoint {
 public:
  [[nodiscard]] static Result<Savepoint> begin(Connection& connection);

  Savepoint(Savepoint&& other) noexcept : connection_(other.connection_) {
    other.connection_ = nullptr;
  }
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  Savepoint& operator=(Savepoint&&) = delete;
  ~Savepoint();

  [[nodiscard]] Result<void> release();

 private:
  explicit Savepoint(Connection& connection) : connection_(&connection) {}

  Connection* connection_;
};

}  // namespace skep::sqlite
