#include "store/verify_findings.hpp"

#include "json/check.hpp"

namespace skep {
namespace {

constexpr std::size_t kMaxMessageBytes = 1'000;

std::string made_readable(std::string text) {
  constexpr const char* kReplacement = "\xEF\xBF\xBD";
  const bool is_long = text.size() > kMaxMessageBytes;
  if (is_long) text.resize(kMaxMessageBytes);
  while (const auto at = json::invalid_utf8_at(text)) text.replace(*at, 1, kReplacement);
  return is_long ? text + "…" : text;
}

}  // namespace

void VerifyFindings::add(std::string kind, std::string where, std::string message) {
  ++report_.finding_count;
  ++check().finding_count;
  if (report_.findings.size() == kMaxListedFindings) return;
  report_.findings.push_back(
      {std::move(kind), made_readable(std::move(where)), made_readable(std::move(message))});
}

}  // namespace skep
