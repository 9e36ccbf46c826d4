#include "json/write.hpp"

#include <skep/verify.hpp>

namespace skep {

std::string to_json(const VerifyReport& report) {
  using json::write_member;
  std::string out = "{";
  write_member(out, "backend", report.backend);
  out += R"(,"sound":)";
  out += report.sound() ? "true" : "false";
  out += R"(,"checks":[)";
  for (const VerifyCheck& check : report.checks) {
    out += out.back() == '[' ? "{" : ",{";
    write_member(out, "name", check.name);
    write_member(out, "checked_count", check.checked_count);
    write_member(out, "finding_count", check.finding_count);
    out += R"(,"skipped":)";
    if (check.skipped.empty()) {
      out += "null";
    } else {
      json::write_string(out, check.skipped);
    }
    out += '}';
  }
  out += "]";
  write_member(out, "finding_count", report.finding_count);
  out += R"(,"findings":[)";
  for (const VerifyFinding& finding : report.findings) {
    out += out.back() == '[' ? "{" : ",{";
    write_member(out, "kind", finding.kind);
    write_member(out, "where", finding.where);
    write_member(out, "message", finding.message);
    out += '}';
  }
  return out + "]}";
}

}  // namespace skep
