// Telling whether a request that comes under a known idempotency key is the same one.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

struct evp_md_ctx_st;

namespace skep {

using RequestHash = std::array<unsigned char, 32>;

/// The SHA-256 of all that a producer says in some appends, in the form in which it is stored.
class RequestHasher {
 public:
  RequestHasher();

  void add(std::string_view task_id, std::uint32_t attempt, std::string_view producer_agent,
           std::string_view event_json, std::string_view parent_refs_json);

  /// The last call.
  [[nodiscard]] RequestHash finish();

 private:
  void add_text(std::string_view text);
  void add_number(std::uint64_t number);

  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace skep
