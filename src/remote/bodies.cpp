#include "remote/bodies.hpp"

#include "json/event_json.hpp"
#include "json/parent_refs.hpp"
#include "json/write.hpp"

#include <skep/json.hpp>

#include <algorithm>

namespace skep::remote {
namespace {

// All of the request but the closing brace.
void write_open(std::string& out, const AppendRequest& request) {
  out += R"({"task_id":)";
  json::write_string(out, request.task_id);
  out += R"(,"attempt":)";
  out += std::to_string(request.attempt);
  out += R"(,"producer_agent":)";
  json::write_string(out, request.producer_agent);
  out += R"(,"event":)";
  json::write_event(out, request.event);
  out += R"(,"parent_refs":)";
  json::write_parent_refs(out, request.parent_refs);
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

}  // namespace skep::remote
