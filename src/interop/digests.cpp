#include "interop/digests.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace skep::interop {
namespace {

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

// `use` keeps identifiers of different kinds apart.
Digest digest(std::string_view use, std::string_view name) {
  std::string text(use);
  text += '\0';
  text += name;
  Digest result{};
  if (EVP_Digest(text.data(), text.size(), result.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 failed");
  }
  return result;
}

std::string hex(const Digest& digest, std::size_t byte_count) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < byte_count; ++i) {
    text += kDigits[digest.at(i) >> 4U];
    text += kDigits[digest.at(i) & 0xFU];
  }
  return text;
}

std::string uuid(Digest digest) {
  constexpr unsigned kVersion = 0x80U;
  constexpr unsigned kVariant = 0x80U;
  digest[6] = static_cast<unsigned char>((digest[6] & 0x0FU) | kVersion);
  digest[8] = static_cast<unsigned char>((digest[8] & 0x3FU) | kVariant);
  std::string text = hex(digest, 16);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

std::string name_of(const RunId& run) { return std::to_string(run.attempt) + ' ' + run.task_id; }

}  // namespace

std::string trace_id_of(const RunId& run) { return hex(digest("skep trace", name_of(run)), 16); }
std::string span_id_of(const RunId& run) { return hex(digest("skep run span", name_of(run)), 8); }
std::string span_id_of(const OutputRef& ref) { return hex(digest("skep span", ref.str()), 8); }
std::string uuid_of(const RunId& run) { return uuid(digest("skep run", name_of(run))); }
std::string uuid_of(const OutputRef& ref) { return uuid(digest("skep output", ref.str())); }

}  // namespace skep::interop
