#include "cli/failure.hpp"

namespace skep::cli {
namespace {

// SQLite's primary result codes that speak of the file or the disk.
bool is_file_trouble(int engine_code) noexcept {
  constexpr int kPerm = 3;
  constexpr int kReadOnly = 8;
  constexpr int kIoErr = 10;
  constexpr int kFull = 13;
  constexpr int kCantOpen = 14;
  const int primary = engine_code & 0xff;
  return primary == kPerm || primary == kReadOnly || primary == kIoErr || primary == kFull ||
         primary == kCantOpen;
}

}  // namespace

ExitCode exit_code_of(const Error& error) noexcept {
  switch (error.kind) {
    case ErrorKind::kNotFound:
      return ExitCode::kNotFound;
    case ErrorKind::kInvalidArgument:
      return ExitCode::kUsage;
    case ErrorKind::kTooLarge:
      return ExitCode::kTooLarge;
    case ErrorKind::kBusy:
    case ErrorKind::kQueueFull:
    case ErrorKind::kTimedOut:
      return ExitCode::kBusy;
    case ErrorKind::kCancelled:
      return ExitCode::kInterrupted;
    case ErrorKind::kCorrupt:
    case ErrorKind::kBlobMissing:
    case ErrorKind::kBlobAltered:
      return ExitCode::kCorrupt;
    case ErrorKind::kIo:
      return ExitCode::kIo;
    case ErrorKind::kConflict:
    case ErrorKind::kKeyReused:
      return ExitCode::kConflict;
    case ErrorKind::kNotEnabled:
      return ExitCode::kNotEnabled;
    case ErrorKind::kDenied:
      return ExitCode::kDenied;
    case ErrorKind::kClosed:
    case ErrorKind::kInternal:
      break;
  }
  if (error.retryable) return ExitCode::kBusy;
  return is_file_trouble(error.engine_code) ? ExitCode::kIo : ExitCode::kInternal;
}

Failure::Failure(const Error& error) : code(exit_code_of(error)), message(error.message) {
  if (error.outcome == Outcome::kInDoubt) {
    message += " (it may have been written all the same: look before you write it again)";
  }
}

Failure::Failure(const interchange::Fault& fault) : Failure(fault.error) {
  if (fault.is_io) code = ExitCode::kIo;
}

}  // namespace skep::cli
