#include "auth/random.hpp"

#include <openssl/rand.h>

#include <string_view>

namespace skep::auth {

Result<std::string> random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    return fail(ErrorKind::kInternal, "no random bytes: RAND_bytes failed");
  }
  return bytes;
}

Result<std::string> random_hex(std::size_t byte_count) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto bytes = random_bytes(byte_count);
  if (!bytes) return bytes;
  std::string text;
  for (const char byte : *bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text.push_back(kDigits[value >> 4U]);
    text.push_back(kDigits[value & 0xFU]);
  }
  return text;
}

}  // namespace skep::auth
