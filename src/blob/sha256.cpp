#include "blob/sha256.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>

namespace skep::blob {
namespace {

void check(int result) {
  if (result != 1) throw std::runtime_error("SHA-256 failed");
}

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  check(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::add(std::string_view bytes) {
  check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

Sha256::Digest Sha256::finish() {
  Digest digest{};
  check(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
  return digest;
}

std::string hex(const Sha256::Digest& digest) {
  std::string text;
  text.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  return text;
}

bool is_sha256_hex(std::string_view text) noexcept {
  return text.size() == 2 * Sha256::Digest().size() &&
         std::ranges::all_of(text, [](char digit) { return kDigits.contains(digit); });
}

}  // namespace skep::blob
