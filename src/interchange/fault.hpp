// Why an import or an export stopped.
#pragma once

#include <skep/error.hpp>

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <utility>

namespace skep::interchange {

/// An error of the store or of the data, or of the file that is read or written: the kinds of
/// `Error` have no name for the last, so a flag tells it.
struct Fault {
  Error error;
  bool is_io = false;

  Fault(Error cause) : error(std::move(cause)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] static Fault io(std::string message) {
    Fault fault(Error(ErrorKind::kInternal, std::move(message)));
    fault.is_io = true;
    return fault;
  }
};

template <class T>
using FaultOr = std::expected<T, Fault>;

/// Called now and then with how much is done; false ends the work with `kCancelled`.
using OnProgress = std::function<bool(std::uint64_t done)>;

}  // namespace skep::interchange
