// What the command's exit status tells; `skep --help` lists them.
#pragma once

#include <skep/error.hpp>

namespace skep::cli {

enum class ExitCode : int {
  kOk = 0,
  kInternal = 1,       ///< The engine failed, or Skep has a bug.
  kUsage = 2,          ///< The command line or the input is malformed.
  kNotFound = 3,       ///< No such record, name or store.
  kBusy = 4,           ///< Busy, queue full, timed out, or no server to be reached: try again.
  kCorrupt = 5,        ///< Stored data is damaged.
  kTooLarge = 6,       ///< Over a stated limit.
  kConflict = 7,       ///< A record with that id, or that key, exists and differs.
  kIo = 8,             ///< A file or stream could not be read or written.
  kDenied = 9,         ///< No token, or one that does not cover this.
  kDifferent = 10,     ///< What was compared differs.
  kNotEnabled = 11,    ///< The store was not told to do that.
  kInterrupted = 130,  ///< Ended by SIGINT.
};

[[nodiscard]] ExitCode exit_code_of(const Error& error) noexcept;

}  // namespace skep::cli
