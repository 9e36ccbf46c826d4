#include "remote/bodies.hpp"

#include "json/request_json.hpp"
#include "json/timestamp.hpp"

#include <skep/json.hpp>

#include <algorithm>

namespace skep::remote {
namespace {

// All of the request but the closing brace.
void write_open(std::string& out, const AppendRequest& request) {
  out += '{';
  json::write_members(out, request);
}

bool is_line_break(char c) { return c == '\n' || c == '\r'; }

void write_line(std::string& out, const AppendRequest& request) {
  const auto start = static_cast<std::ptrdiff_t>(out.size());
  write_open(out, request);
  // Within what we write, only a value can hold raw line breaks; there they are white space.
  if (std::any_of(out.begin() + start, out.end(), is_line_break)) {
    std::replace_if(out.begin() + start, out.end(), is_line_break, ' ');
    out += R"(,"value_text":)";
    json::write_string(out, std::get<Inline>(*content_of(request.event)).value.text());
  }
  out += "}\n";
}

}  // namespace

std::string emit_body(const AppendRequest& request) {
  std::string out;
  write_open(out, request);
  out += '}';
  return out;
}

std::string batch_body(const std::vector<AppendRequest>& requests) {
  std::string out;
  for (const AppendRequest& request : requests) write_line(out, request);
  return out;
}

std::string records_body(std::vector<OutputRecord> records) {
  std::string out;
  for (OutputRecord& record : records) {
    record.seq = 0;  // Of another store, and none that JSON could not spell.
    out += to_ndjson(record);
    out += '\n';
  }
  return out;
}

std::string prune_body(const PruneQuery& query) {
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  std::string out = R"({"dry_run":)";
  out += flag(query.dry_run);
  out.append(R"(,"remove_newest":)").append(flag(query.remove_newest));
  out.append(R"(,"remove_ancestors":)").append(flag(query.remove_ancestors));
  if (query.older_than) {
    out.append(R"(,"older_than":")").append(json::format_timestamp(*query.older_than)) += '"';
  }
  if (query.keep_per_producer) {
    out.append(R"(,"keep_per_producer":)").append(std::to_string(*query.keep_per_producer));
  }
  if (query.task_id) {
    out += R"(,"task_id":)";
    json::write_string(out, *query.task_id);
  }
  return out + '}';
}

}  // namespace skep::remote
