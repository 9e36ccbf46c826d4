// emit_output: an event of the model's, stored.
#include "mcp/base64.hpp"
#include "mcp/file_source.hpp"
#include "mcp/tools.hpp"
#include "mcp/uri.hpp"
#include "slice/pointer.hpp"

#include <boost/json/serialize.hpp>

#include <limits>
#include <utility>

namespace skep::mcp {
namespace {

// What is to be stored, and the bytes of it that become a blob.
struct Emission {
  AppendRequest request;
  std::shared_ptr<BlobSource> source;
  AppendOptions options;
  std::string media_type;
};

// The value as the model spelled it, if the message is at hand.
std::string spelling_of_json(const Call& call, const JsonValue& value) {
  slice::StringSource message(call.text);
  const auto part = slice::find_value(message, "/params/arguments/json", [] { return false; });
  if (!part) return boost::json::serialize(value);
  return std::string(call.text.substr(part->begin, part->end - part->begin));
}

Result<ContentRef> inline_content(Result<JsonText> text) {
  if (!text) return std::unexpected(std::move(text.error()));
  return ContentRef(Inline(std::move(*text)));
}

Result<ContentRef> read_content(const Call& call, const JsonObject& object, Arguments& arguments,
                                Emission& emission) {
  const auto text = arguments.text("text");
  const auto file = arguments.text("file");
  const auto base64 = arguments.text("base64");
  auto media_type = arguments.text("media_type");
  const bool has_json = object.contains("json");
  const int count =
      int{text.has_value()} + int{has_json} + int{file.has_value()} + int{base64.has_value()};
  if (count != 1)
    arguments.refuse("give exactly one of 'text', 'json' and " +
                     std::string(call.service.file_root.empty() ? "'base64'" : "'file'"));
  if (media_type && !file && !base64) arguments.refuse("'media_type' is for file and base64");
  if (arguments.error()) return std::unexpected(*arguments.error());
  if (text) {
    emission.media_type = "text/plain";
    return inline_content(JsonText::from_string(*text));
  }
  if (has_json) {
    emission.media_type = "application/json";
    return inline_content(JsonText::parse(spelling_of_json(call, object.at("json"))));
  }
  emission.media_type = media_type.value_or("application/octet-stream");
  if (file) {
    auto source = open_file(call.service.file_root, *file, call.meter);
    if (!source) return std::unexpected(std::move(source.error()));
    emission.source = std::move(*source);
  } else {
    auto bytes = from_base64(*base64);
    if (!bytes) return fail(ErrorKind::kInvalidArgument, "'base64' is not base64 with padding");
    emission.source = source_of_bytes(std::move(*bytes));
  }
  return ContentRef(FileRef("", std::move(media_type)));
}

Result<OutputEvent> read_event(const Call& call, const JsonObject& object, Arguments& arguments,
                               Emission& emission) {
  const std::string type = arguments.text("type").value_or("final");
  auto name = arguments.text("name");
  const bool ok = arguments.flag("ok", true);
  if (type != "final" && type != "artifact" && type != "partial" && type != "progress") {
    arguments.refuse("'type' must be final, artifact, partial or progress");
  }
  if (type == "artifact" && !name) arguments.refuse("an artifact needs a 'name'");
  if (type != "artifact" && name) arguments.refuse("'name' is for type artifact");
  if (arguments.has("ok") && type != "final") arguments.refuse("'ok' is for a final output");
  if (type == "progress") {
    auto stage = arguments.text("text");
    if (!stage) arguments.refuse("a progress event needs its stage, as 'text'");
    if (arguments.has("json") || arguments.has("file") || arguments.has("base64")) {
      arguments.refuse("a progress event has a 'text' only");
    }
    if (arguments.error()) return std::unexpected(*arguments.error());
    return OutputEvent(Progress(std::move(*stage)));
  }
  auto content = read_content(call, object, arguments, emission);
  if (!content) return std::unexpected(std::move(content.error()));
  if (type == "artifact") return OutputEvent(Artifact(std::move(*name), std::move(*content)));
  if (type == "partial") return OutputEvent(Partial(std::move(*content)));
  return OutputEvent(Final(std::move(*content), ok));
}

// Who emits: what the scope fixes can't be said otherwise.
void read_producer(const Scope& scope, Arguments& arguments, AppendRequest& request) {
  const auto fixed = [&arguments](std::string_view name) {
    arguments.refuse("'" + std::string(name) + "' is given by whoever started you: leave it out");
  };
  const auto task_id = arguments.text("task_id");
  const auto agent = arguments.text("producer_agent");
  const auto attempt = arguments.number("attempt", 0, std::numeric_limits<std::uint32_t>::max());
  if (scope.task_id && task_id && *task_id != *scope.task_id) fixed("task_id");
  if (scope.attempt && attempt && *attempt != *scope.attempt) fixed("attempt");
  if (scope.producer_agent && agent && *agent != *scope.producer_agent) fixed("producer_agent");
  if (!scope.task_id && !task_id) arguments.refuse("'task_id' is missing");
  if (!scope.producer_agent && !agent) arguments.refuse("'producer_agent' is missing");
  request.task_id = scope.task_id ? *scope.task_id : task_id.value_or("");
  request.producer_agent = scope.producer_agent ? *scope.producer_agent : agent.value_or("");
  request.attempt = scope.attempt.value_or(static_cast<std::uint32_t>(attempt.value_or(1)));
}

Result<Emission> read_emission(const Call& call, const JsonObject& object) {
  Arguments arguments(
      object, {"text", "json", "file", "base64", "media_type", "type", "name", "ok", "parent_refs",
               "idempotency_key", "task_id", "attempt", "producer_agent"});
  const bool takes_files = !call.service.file_root.empty();
  if (arguments.has(takes_files ? "base64" : "file")) {
    arguments.refuse(takes_files ? "bytes are taken from a 'file' here, not as 'base64'"
                                 : "files of yours can't be read here: send 'base64'");
  }
  Emission emission;
  read_producer(call.scope, arguments, emission.request);
  for (std::string& text : arguments.texts("parent_refs")) {
    OutputRef ref = parse_ref(std::move(text));
    if (!ref.is_well_formed()) {
      arguments.refuse("'" + ref.str() +
                       "' in 'parent_refs' is no ref: they look like out-1a2b3c4d5e");
    }
    emission.request.parent_refs.push_back(std::move(ref));
  }
  emission.options = AppendOptions(call.options());
  emission.options.idempotency_key = arguments.text("idempotency_key");
  if (arguments.error()) return std::unexpected(*arguments.error());
  auto event = read_event(call, object, arguments, emission);
  if (!event) return std::unexpected(std::move(event.error()));
  if (arguments.error()) return std::unexpected(*arguments.error());
  emission.request.event = std::move(*event);
  return emission;
}

}  // namespace

AwaitableResult emit_output(const Call& call, const JsonObject& arguments) {
  auto emission = read_emission(call, arguments);
  if (!emission) co_return std::unexpected(std::move(emission.error()));
  const std::string agent = emission->request.producer_agent;
  Result<OutputRef> ref;
  if (emission->source) {
    // As long as the bytes take: whoever asked can cancel it.
    emission->options.timeout.reset();
    auto operation = call.store().append_blob(std::move(emission->request), emission->source,
                                              std::move(emission->options));
    ref = co_await std::move(operation);
  } else {
    auto operation =
        call.store().append(std::move(emission->request), std::move(emission->options));
    ref = co_await std::move(operation);
  }
  if (!ref) co_return std::unexpected(std::move(ref.error()));
  const std::string uri = uri_of(*ref);
  ToolResult result;
  result.text = "Stored as " + ref->str() + ". Hand this ref on.";
  result.structured["ref"] = ref->str();
  result.structured["uri"] = uri;
  JsonObject link{{"type", "resource_link"}, {"uri", uri}, {"name", ref->str()}};
  link["description"] = "Output of " + agent;
  if (!emission->media_type.empty()) link["mimeType"] = emission->media_type;
  result.links.push_back(std::move(link));
  co_return result;
}

}  // namespace skep::mcp
