#include "remote/bodies.hpp"

#include "json/request_json.hpp"

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

}  // namespace skep::remote
