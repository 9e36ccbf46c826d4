#include "store/id_generator.hpp"

#include <openssl/rand.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace skep {
namespace {

constexpr unsigned kRefBits = 40;
constexpr std::string_view kPrefix = "out-";
constexpr std::string_view kHexDigits = "0123456789abcdef";

}  // namespace

OutputRef OutputRefGenerator::next() {
  std::string text(kPrefix);
  for (unsigned shift = kRefBits; shift != 0;) {
    shift -= 4;
    text.push_back(kHexDigits[(next_ >> shift) & 0xFU]);
  }
  next_ = (next_ + 1) & ((std::uint64_t{1} << kRefBits) - 1);
  return OutputRef(std::move(text));
}

void OutputRefGenerator::reseed() {
  std::array<unsigned char, kRefBits / 8> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("no random bytes for output refs: RAND_bytes failed");
  }
  next_ = 0;
  for (const auto byte : bytes) next_ = (next_ << 8U) | byte;
}

}  // namespace skep
