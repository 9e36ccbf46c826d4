// The error of an idempotency key that stands for another request.
#pragma once

#include <skep/error.hpp>

#include <string>

namespace skep {

[[nodiscard]] inline Error key_reused(const std::string& key) {
  return {ErrorKind::kKeyReused, "the idempotency key \"" + key +
                                     "\" was stored with another request; send a new request "
                                     "under a new key"};
}

}  // namespace skep
