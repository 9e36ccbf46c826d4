// Telling whether a request that comes under a known idempotency key is the same one.
#pragma once

#include "blob/sha256.hpp"

#include <cstdint>
#include <string_view>

namespace skep {

using RequestHash = blob::Sha256::Digest;

/// The SHA-256 of all that a producer says in some appends, in the form in which it is stored.
class RequestHasher {
 public:
  void add(std::string_view task_id, std::uint32_t attempt, std::string_view producer_agent,
           std::string_view event_json, std::string_view parent_refs_json);

  /// The last call.
  [[nodiscard]] RequestHash finish();

 private:
  void add_text(std::string_view text);
  void add_number(std::uint64_t number);

  blob::Sha256 hash_;
};

}  // namespace skep
