// Random bytes that nobody can guess.
#pragma once

#include <skep/error.hpp>

#include <cstddef>
#include <string>

namespace skep::auth {

/// `count` bytes. Fails with `kInternal` if the system has no randomness to give.
[[nodiscard]] Result<std::string> random_bytes(std::size_t count);

/// `byte_count` bytes as twice as many lower-case hex digits.
[[nodiscard]] Result<std::string> random_hex(std::size_t byte_count);

}  // namespace skep::auth
