// How a command fails: an exit code, and a line for people.
#pragma once

#include "cli/exit_code.hpp"
#include "interchange/fault.hpp"

#include <expected>
#include <string>
#include <utility>

namespace skep::cli {

/// Without a message the command ends quietly.
struct Failure {
  ExitCode code = ExitCode::kInternal;
  std::string message;

  Failure(ExitCode exit_code, std::string text) : code(exit_code), message(std::move(text)) {}
  // NOLINTBEGIN(google-explicit-constructor)
  Failure(const Error& error);
  Failure(const interchange::Fault& fault);
  // NOLINTEND(google-explicit-constructor)
};

template <class T>
using OrFailure = std::expected<T, Failure>;
using Status = OrFailure<void>;

[[nodiscard]] inline std::unexpected<Failure> fail_with(ExitCode code, std::string message) {
  return std::unexpected<Failure>(std::in_place, code, std::move(message));
}

[[nodiscard]] inline std::unexpected<Failure> usage_error(std::string message) {
  return fail_with(ExitCode::kUsage, std::move(message));
}

/// For a `return` statement: the failure that an error, or a fault, is to the command.
[[nodiscard]] inline std::unexpected<Failure> failed(const Failure& failure) {
  return std::unexpected<Failure>(failure);
}

}  // namespace skep::cli
