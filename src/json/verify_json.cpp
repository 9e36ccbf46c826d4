#include "json/write.hpp"

#include <skep/verify.hpp>

namespace skep {
namespace {

void write_member(std::string& out, std::string_view name, std::string_view text) {
  out.append("\"").append(name).append("\":");
  json::write_string(out, text);
}

void write_member(std::string& out, std::string_view name, std::uint64_t number) {
  out.append("\"").append(name).append("\":").append(std::to_string(number));
}

}  // namespace

std::string to_json(const VerifyReport& report) {
  std::string out = "{";
  write_member(out, "backend", report.backend);
  out += R"(,"sound":)";
  out += report.sound() ? "true" : "false";
  out += R"(,"checks":[)";
  for (const VerifyCheck& check : report.checks) {
    if (out.back() != '[') out += ',';
    out += '{';
    write_member(out, "name", check.name);
    out += ',';
    write_member(out, "checked_count", check.checked_count);
    out += ',';
    write_member(out, "finding_count", check.finding_count);
    out += R"(,"skipped":)";
    if (check.skipped.empty()) {
      out += "null";
    } else {
      json::write_string(out, check.skipped);
    }
    out += '}';
  }
  out += "],";
  write_member(out, "finding_count", report.finding_count);
  out += R"(,"findings":[)";
  for (const VerifyFinding& finding : report.findings) {
    if (out.back() != '[') out += ',';
    out += '{';
    write_member(out, "kind", finding.kind);
    out += ',';
    write_member(out, "where", finding.where);
    out += ',';
    write_member(out, "message", finding.message);
    out += '}';
  }
  return out + "]}";
}

}  // namespace skep
