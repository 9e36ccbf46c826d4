#include "sqlite/engine_error.hpp"

#include <string>

namespace skep::sqlite {
namespace {

struct Translation {
  ErrorKind kind;
  bool retryable;
  const char* advice;
};

Translation translate(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::kBusy, true, "another process holds the database; try again later"};
    case SQLITE_INTERRUPT:
      return {ErrorKind::kCancelled, true, "interrupted"};
    case SQLITE_CORRUPT:
      return {ErrorKind::kCorrupt, false, "the file is damaged; restore it from a backup"};
    case SQLITE_NOTADB:
      return {ErrorKind::kCorrupt, false, "the file is not a SQLite database"};
    case SQLITE_TOOBIG:
      return {ErrorKind::kTooLarge, false, "over SQLite's own limit"};
    case SQLITE_FULL:
      return {ErrorKind::kIo, true, "the disk is full; make room"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorKind::kIo, false, "no permission to write the file or its directory"};
    case SQLITE_CANTOPEN:
      return {ErrorKind::kIo, false, "check that the directory exists and is accessible"};
    case SQLITE_CONSTRAINT:
      return {ErrorKind::kConflict, false, "a constraint of the table refuses the row"};
    case SQLITE_IOERR:
      return {ErrorKind::kIo, false, "input or output failed; check the disk"};
    default:
      return {ErrorKind::kInternal, false, ""};
  }
}

}  // namespace

Error engine_error(sqlite3* db, int code, std::string_view doing) {
  const Translation translation = translate(code);
  std::string message(doing);
  message += ": ";
  message += db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  if (*translation.advice != '\0') message.append(" (").append(translation.advice).append(")");
  Error error(translation.kind, std::move(message));
  error.engine_code = code;
  error.retryable = translation.retryable;
  return error;
}

}  // namespace skep::sqlite
