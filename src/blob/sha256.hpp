// SHA-256, a piece at a time.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace skep::blob {

class Sha256 {
 public:
  using Digest = std::array<unsigned char, 32>;

  Sha256();

  void add(std::string_view bytes);

  /// The last call.
  [[nodiscard]] Digest finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// 64 lower-case hex digits.
[[nodiscard]] std::string hex(const Sha256::Digest& digest);

/// Whether `text` looks like that.
[[nodiscard]] bool is_sha256_hex(std::string_view text) noexcept;

}  // namespace skep::blob
