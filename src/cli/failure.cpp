#include "cli/failure.hpp"

namespace skep::cli {
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
  return error.retryable ? ExitCode::kBusy : ExitCode::kInternal;
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
