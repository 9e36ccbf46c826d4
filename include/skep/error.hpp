// Errors of the public API: a closed set of kinds, and `Result<T>`.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace skep {

/// What went wrong. The set is closed; `to_string` gives the stable snake_case name.
enum class ErrorKind : std::uint8_t {
  kNotFound,         ///< No record has that ref or that name.
  kInvalidArgument,  ///< The request is malformed; the message says what and where.
  kTooLarge,         ///< The request is over a stated limit.
  kBusy,             ///< Another process held the database longer than the busy timeout.
  kQueueFull,        ///< The bounded queue has no room at this moment.
  kCancelled,        ///< The caller's cancellation slot fired first.
  kTimedOut,         ///< The call's own timeout passed first.
  kClosed,           ///< The store or isle is shutting down, or has shut down.
  kCorrupt,          ///< Stored data is damaged; the message names the row.
  kConflict,         ///< A record with that id exists and differs.
  kKeyReused,        ///< That idempotency key was stored with another request.
  kNotEnabled,       ///< The store was not told to do that; the message says how to tell it.
  kDenied,           ///< The server refuses the token, or what it does not cover.
  kBlobMissing,      ///< The blob of a record is not there; the message names its file.
  kBlobAltered,      ///< The blob of a record is not what was stored; the message names its file.
  kIo,               ///< A file could not be read or written; `engine_code` tells more.
  kInternal,         ///< The engine failed, or Skep has a bug; `engine_code` tells more.
};

/// Whether a failed write may have happened all the same.
enum class Outcome : std::uint8_t {
  kNotApplied,  ///< Nothing was written, and nothing will be.
  kInDoubt,     ///< It may or may not have been applied. Look before you write it again.
};

/// Why an operation gave no value. A plain value; safe to copy between threads.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;     ///< For people: what happened, where, and what to do.
  int engine_code = 0;     ///< The engine's own (for SQLite the extended) result code; 0 if none.
  bool retryable = false;  ///< The same request may succeed later, unchanged.
  Outcome outcome = Outcome::kNotApplied;

  Error() = default;
  Error(ErrorKind error_kind, std::string text) : kind(error_kind), message(std::move(text)) {}

  friend bool operator==(const Error&, const Error&) = default;
};

/// The value of an operation, or why there is none.
template <class T>
using Result = std::expected<T, Error>;

/// The stable name of `kind`, e.g. "not_found".
[[nodiscard]] std::string_view to_string(ErrorKind kind) noexcept;

/// The stable name of `outcome`: "not_applied" or "in_doubt".
[[nodiscard]] std::string_view to_string(Outcome outcome) noexcept;

/// `std::unexpected` of an error, for a `return` statement.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected<Error>(std::in_place, kind, std::move(message));
}

}  // namespace skep
