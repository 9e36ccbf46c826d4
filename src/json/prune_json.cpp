#include "json/write.hpp"

#include <skep/prune.hpp>

namespace skep {

std::string to_json(const PruneReport& report) {
  using json::write_member;
  std::string out = R"({"dry_run":)";
  out += report.dry_run ? "true" : "false";
  write_member(out, "record_count", report.record_count);
  write_member(out, "bytes", report.bytes);
  write_member(out, "kept_newest_count", report.kept_newest_count);
  write_member(out, "kept_ancestor_count", report.kept_ancestor_count);
  out += R"(,"groups":[)";
  for (const PruneGroup& group : report.groups) {
    out += out.back() == '[' ? "{" : ",{";
    write_member(out, "task_id", group.task_id);
    write_member(out, "producer_agent", group.producer_agent);
    write_member(out, "record_count", group.record_count);
    write_member(out, "bytes", group.bytes);
    out += '}';
  }
  out += ']';
  write_member(out, "given_back_bytes", report.given_back_bytes);
  write_member(out, "blob_count", report.blob_count);
  write_member(out, "blob_bytes", report.blob_bytes);
  write_member(out, "note", report.note);
  return out + '}';
}

}  // namespace skep
