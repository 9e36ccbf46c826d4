#include "json/write.hpp"

#include <skep/prune.hpp>

#include <string_view>

namespace skep {
namespace {

void write_member(std::string& out, std::string_view name, std::uint64_t number) {
  out.append(",\"").append(name).append("\":").append(std::to_string(number));
}

}  // namespace

std::string to_json(const PruneReport& report) {
  std::string out = R"({"dry_run":)";
  out += report.dry_run ? "true" : "false";
  write_member(out, "record_count", report.record_count);
  write_member(out, "bytes", report.bytes);
  write_member(out, "kept_newest_count", report.kept_newest_count);
  write_member(out, "kept_ancestor_count", report.kept_ancestor_count);
  out += R"(,"groups":[)";
  for (const PruneGroup& group : report.groups) {
    if (out.back() != '[') out += ',';
    out += R"({"task_id":)";
    json::write_string(out, group.task_id);
    out += R"(,"producer_agent":)";
    json::write_string(out, group.producer_agent);
    write_member(out, "record_count", group.record_count);
    write_member(out, "bytes", group.bytes);
    out += '}';
  }
  out += ']';
  write_member(out, "given_back_bytes", report.given_back_bytes);
  write_member(out, "blob_count", report.blob_count);
  write_member(out, "blob_bytes", report.blob_bytes);
  out += R"(,"note":)";
  json::write_string(out, report.note);
  return out + '}';
}

}  // namespace skep
