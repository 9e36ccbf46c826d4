#include <skep/error.hpp>

#include <utility>

namespace skep {

std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kNotFound:
      return "not_found";
    case ErrorKind::kInvalidArgument:
      return "invalid_argument";
    case ErrorKind::kTooLarge:
      return "too_large";
    case ErrorKind::kBusy:
      return "busy";
    case ErrorKind::kQueueFull:
      return "queue_full";
    case ErrorKind::kCancelled:
      return "cancelled";
    case ErrorKind::kTimedOut:
      return "timed_out";
    case ErrorKind::kClosed:
      return "closed";
    case ErrorKind::kCorrupt:
      return "corrupt";
    case ErrorKind::kConflict:
      return "conflict";
    case ErrorKind::kKeyReused:
      return "key_reused";
    case ErrorKind::kNotEnabled:
      return "not_enabled";
    case ErrorKind::kDenied:
      return "denied";
    case ErrorKind::kBlobMissing:
      return "blob_missing";
    case ErrorKind::kBlobAltered:
      return "blob_altered";
    case ErrorKind::kIo:
      return "io";
    case ErrorKind::kInternal:
      return "internal";
  }
  std::unreachable();
}

std::string_view to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::kNotApplied:
      return "not_applied";
    case Outcome::kInDoubt:
      return "in_doubt";
  }
  std::unreachable();
}

}  // namespace skep
