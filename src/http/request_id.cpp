#include "http/request_id.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <random>

namespace skep::http {
namespace {

bool is_allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

// Successive numbers, scattered: an odd factor maps them one to one (Knuth, TAOCP 6.4).
std::uint64_t next_number() {
  static std::atomic<std::uint64_t> counter = std::random_device{}();
  return (counter.fetch_add(1) + 1) * 0x9E3779B97F4A7C15U;
}

}  // namespace

std::string new_request_id() {
  constexpr std::size_t kDigits = 16;
  std::array<char, kDigits> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), next_number(), 16).ptr;
  std::string id(kDigits - static_cast<std::size_t>(end - digits.data()), '0');
  return id.append(digits.data(), end);
}

std::string request_id_of(std::string_view wanted) {
  constexpr std::size_t kMaxBytes = 64;
  if (!wanted.empty() && wanted.size() <= kMaxBytes && std::ranges::all_of(wanted, is_allowed)) {
    return std::string(wanted);
  }
  return new_request_id();
}

}  // namespace skep::http
