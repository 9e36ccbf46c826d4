#include "store/request_hash.hpp"

#include <array>
#include <cstddef>

namespace skep {

void RequestHasher::add(std::string_view task_id, std::uint32_t attempt,
                        std::string_view producer_agent, std::string_view event_json,
                        std::string_view parent_refs_json) {
  add_text(task_id);
  add_number(attempt);
  add_text(producer_agent);
  add_text(event_json);
  add_text(parent_refs_json);
}

RequestHash RequestHasher::finish() { return hash_.finish(); }

// Its length comes first, so that no two lists of texts are one sequence of bytes.
void RequestHasher::add_text(std::string_view text) {
  add_number(text.size());
  hash_.add(text);
}

void RequestHasher::add_number(std::uint64_t number) {
  std::array<char, sizeof number> bytes{};
  for (auto& byte : bytes) {
    byte = static_cast<char>(number & 0xFFU);
    number >>= 8U;
  }
  hash_.add({bytes.data(), bytes.size()});
}

}  // namespace skep
