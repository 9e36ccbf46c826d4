#include "store/request_hash.hpp"

#include <openssl/evp.h>

#include <cstddef>
#include <stdexcept>

namespace skep {
namespace {

void check(int result) {
  if (result != 1) throw std::runtime_error("SHA-256 failed");
}

}  // namespace

void RequestHasher::Free::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

RequestHasher::RequestHasher() : context_(EVP_MD_CTX_new()) {
  check(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void RequestHasher::add(std::string_view task_id, std::uint32_t attempt,
                        std::string_view producer_agent, std::string_view event_json,
                        std::string_view parent_refs_json) {
  add_text(task_id);
  add_number(attempt);
  add_text(producer_agent);
  add_text(event_json);
  add_text(parent_refs_json);
}

RequestHash RequestHasher::finish() {
  RequestHash hash{};
  check(EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr));
  return hash;
}

// Its length comes first, so that no two lists of texts are one sequence of bytes.
void RequestHasher::add_text(std::string_view text) {
  add_number(text.size());
  check(EVP_DigestUpdate(context_.get(), text.data(), text.size()));
}

void RequestHasher::add_number(std::uint64_t number) {
  std::array<unsigned char, sizeof number> bytes{};
  for (auto& byte : bytes) {
    byte = static_cast<unsigned char>(number & 0xFFU);
    number >>= 8U;
  }
  check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

}  // namespace skep
