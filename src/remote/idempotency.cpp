#include "remote/idempotency.hpp"

#include "remote/visible_ascii.hpp"

#include <openssl/rand.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace skep::remote {

std::string random_key() {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("no random bytes for an idempotency key: RAND_bytes failed");
  }
  std::string key;
  for (const unsigned char byte : bytes) {
    key.push_back(kHexDigits[byte >> 4U]);
    key.push_back(kHexDigits[byte & 0xFU]);
  }
  return key;
}

Result<std::string> key_of(const AppendOptions& options) {
  if (!options.idempotency_key) return random_key();
  if (is_visible_ascii(*options.idempotency_key)) return *options.idempotency_key;
  return fail(ErrorKind::kInvalidArgument,
              "the idempotency key holds what is not visible ASCII: a server can't be told of it");
}

}  // namespace skep::remote
