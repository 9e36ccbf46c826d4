// The definitions of the tools. Each character of them costs every model that sees them.
#include "mcp/tools.hpp"

#include <boost/json/parse.hpp>

#include <string_view>

namespace skep::mcp {
namespace {

constexpr std::string_view kDefinitions = R"json([
{"name": "emit_output", "title": "Emit an output",
 "description": "Store what you produced; returns a short ref. Hand the ref on instead of the text.",
 "inputSchema": {"type": "object", "properties": {
  "text": {"type": "string", "description": "The output, as text; of progress, the stage"},
  "json": {"description": "Or as any JSON value"},
  "file": {"type": "string", "description": "Or a file, by its path"},
  "base64": {"type": "string", "description": "Or bytes"},
  "media_type": {"type": "string", "description": "Of file or base64"},
  "type": {"enum": ["final", "artifact", "partial", "progress"], "description": "Default: final"},
  "name": {"type": "string", "description": "Of an artifact"},
  "ok": {"type": "boolean", "description": "False if you failed; of a final"},
  "parent_refs": {"type": "array", "items": {"type": "string"}, "description": "Refs of what you used to make it"},
  "idempotency_key": {"type": "string", "description": "A call repeated with the same key stores nothing new"},
  "task_id": {"type": "string"},
  "attempt": {"type": "integer", "minimum": 0, "description": "Default: 1"},
  "producer_agent": {"type": "string", "description": "Your name"}},
  "required": ["task_id", "producer_agent"], "additionalProperties": false},
 "outputSchema": {"type": "object", "properties": {"ref": {"type": "string"}, "uri": {"type": "string"}}, "required": ["ref", "uri"]},
 "annotations": {"readOnlyHint": false, "destructiveHint": false, "idempotentHint": false, "openWorldHint": false}},
{"name": "read_output", "title": "Read an output",
 "description": "Read an output, or only the part you need. It says what it left out, and the cursor to read on with.",
 "inputSchema": {"type": "object", "properties": {
  "ref": {"type": "string", "description": "Give ref, or producer_agent for its newest output"},
  "producer_agent": {"type": "string"},
  "task_id": {"type": "string", "description": "With producer_agent and attempt: newest in that run"},
  "attempt": {"type": "integer", "minimum": 0},
  "max_chars": {"type": "integer", "minimum": 1, "maximum": 1000000, "description": "Default: 8000"},
  "lines": {"type": "string", "description": "Such as 10-20 or 10-"},
  "bytes": {"type": "string", "description": "Such as 0-99"},
  "first": {"type": "integer", "description": "So many characters"},
  "last": {"type": "integer", "description": "So many characters"},
  "grep": {"type": "string", "description": "RE2 pattern: the lines that match"},
  "context": {"type": "integer", "description": "Lines around matches"},
  "ignore_case": {"type": "boolean"},
  "pointer": {"type": "string", "description": "JSON Pointer, such as /results/0"},
  "cursor": {"type": "string", "description": "From the last answer; give it alone, or with max_chars"}},
  "additionalProperties": false},
 "outputSchema": {"type": "object", "properties": {"ref": {"type": "string"}, "text": {"type": "string"}, "media_type": {"type": "string"}, "total_bytes": {"type": "integer"}, "summary": {"type": "string"}, "cursor": {"type": "string"}}, "required": ["ref", "text", "summary"]},
 "annotations": {"readOnlyHint": true, "openWorldHint": false}},
{"name": "list_run", "title": "List a run",
 "description": "The outputs of a run in order, with previews; without task_id, the runs there are.",
 "inputSchema": {"type": "object", "properties": {
  "task_id": {"type": "string"},
  "attempt": {"type": "integer", "minimum": 0},
  "producer_agent": {"type": "string"},
  "type": {"enum": ["final", "artifact", "partial", "progress"]},
  "limit": {"type": "integer", "minimum": 1, "maximum": 200, "description": "Default: 30"},
  "cursor": {"type": "string"}},
  "additionalProperties": false},
 "outputSchema": {"type": "object", "properties": {"outputs": {"type": "array", "items": {"type": "object"}}, "runs": {"type": "array", "items": {"type": "object"}}, "cursor": {"type": "string"}}},
 "annotations": {"readOnlyHint": true, "openWorldHint": false}},
{"name": "search_outputs", "title": "Search outputs",
 "description": "Find outputs by words: all must occur; \"a phrase\", -not, pre*, this OR that.",
 "inputSchema": {"type": "object", "properties": {
  "words": {"type": "string"},
  "task_id": {"type": "string"},
  "attempt": {"type": "integer", "minimum": 0},
  "producer_agent": {"type": "string"},
  "type": {"enum": ["final", "artifact", "partial", "progress"]},
  "limit": {"type": "integer", "minimum": 1, "maximum": 100, "description": "Default: 10"},
  "cursor": {"type": "string"}},
  "additionalProperties": false},
 "outputSchema": {"type": "object", "properties": {"hits": {"type": "array", "items": {"type": "object"}}, "cursor": {"type": "string"}}, "required": ["hits"]},
 "annotations": {"readOnlyHint": true, "openWorldHint": false}},
{"name": "why_output", "title": "Why an output came about",
 "description": "What an output was derived from, back to its beginnings; or, as descendants, what it led to.",
 "inputSchema": {"type": "object", "properties": {
  "ref": {"type": "string"},
  "direction": {"enum": ["ancestors", "descendants"], "description": "Default: ancestors"},
  "max_depth": {"type": "integer", "minimum": 0},
  "max_count": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "Default: 50"}},
  "required": ["ref"], "additionalProperties": false},
 "outputSchema": {"type": "object", "properties": {"nodes": {"type": "array", "items": {"type": "object"}}, "is_cut": {"type": "boolean"}}, "required": ["nodes", "is_cut"]},
 "annotations": {"readOnlyHint": true, "openWorldHint": false}}
])json";

// Takes an argument out of a definition.
void drop(JsonObject& tool, std::string_view name) {
  JsonObject& schema = tool["inputSchema"].get_object();
  schema["properties"].get_object().stable_erase(name);
  JsonValue* required = schema.if_contains("required");
  if (required == nullptr) return;
  JsonArray& names = required->get_array();
  for (auto at = names.begin(); at != names.end();) {
    at = at->get_string() == boost::json::string_view(name.data(), name.size()) ? names.erase(at)
                                                                                : at + 1;
  }
  if (names.empty()) schema.stable_erase("required");
}

bool is_allowed(const JsonObject& tool, const Scope& scope) {
  return tool.at("name").get_string() == "emit_output" ? scope.may_emit : scope.may_read;
}

}  // namespace

JsonArray tool_definitions(const Service& service, const Scope& scope) {
  JsonArray tools;
  const JsonValue all = boost::json::parse(kDefinitions);
  for (const JsonValue& definition : all.get_array()) {
    JsonObject tool = definition.get_object();
    if (!is_allowed(tool, scope)) continue;
    if (tool["name"].get_string() == "emit_output") {
      if (scope.task_id) drop(tool, "task_id");
      if (scope.attempt) drop(tool, "attempt");
      if (scope.producer_agent) drop(tool, "producer_agent");
      drop(tool, service.file_root.empty() ? "file" : "base64");
    }
    tools.push_back(std::move(tool));
  }
  return tools;
}

}  // namespace skep::mcp
