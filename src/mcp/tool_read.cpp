// read_output: an output, or a part of it, within a budget.
#include "mcp/preview.hpp"
#include "mcp/tools.hpp"
#include "mcp/uri.hpp"
#include "slice/parameters.hpp"

#include <array>
#include <limits>
#include <utility>
#include <variant>
#include <vector>

namespace skep::mcp {
namespace {

constexpr std::uint64_t kMostExact = std::uint64_t{1} << 53U;

// Which output is meant, and which part of it.
struct Reading {
  std::optional<OutputRef> ref;
  std::optional<std::string> producer_agent;
  std::optional<std::string> task_id;
  std::optional<std::uint32_t> attempt;
  SliceQuery query;
};

Error not_there(const std::string& what) {
  return Error(ErrorKind::kNotFound, "there is no output " + what);
}

// A cursor holds the ref and the parameters of the slice that comes next.
std::string cursor_of(const OutputRef& ref, const SliceQuery& next) {
  Form form{{"ref", ref.str()}};
  for (auto& parameter : slice::to_parameters(next)) {
    form.emplace_back(std::string(parameter.name), std::move(parameter.value));
  }
  return to_form_text(form);
}

// The parameters that the arguments spell.
std::vector<slice::Parameter> parameters_of(Arguments& arguments) {
  std::vector<slice::Parameter> parameters;
  for (const std::string_view name : {"pointer", "lines", "bytes", "grep"}) {
    if (auto text = arguments.text(name)) parameters.push_back({name, std::move(*text)});
  }
  for (const std::string_view name : {"first", "last"}) {
    const auto number = arguments.number(name, 1, kMostExact);
    if (number) parameters.push_back({name, std::to_string(*number)});
  }
  const auto context = arguments.number("context", 0, kMaxGrepContextLines);
  if (context) parameters.push_back({"context", std::to_string(*context)});
  const auto max_chars = arguments.number("max_chars", 1, kMaxSliceChars);
  if (max_chars) parameters.push_back({"max_chars", std::to_string(*max_chars)});
  if (arguments.flag("ignore_case", false)) parameters.push_back({"ignore_case", "true"});
  return parameters;
}

// Those of a cursor; an own budget goes before its.
std::vector<slice::Parameter> parameters_of(const Form& cursor, Arguments& arguments) {
  std::vector<slice::Parameter> parameters;
  for (const std::string_view name : slice::kParameterNames) {
    for (const auto& [given, value] : cursor) {
      if (given == name) parameters.push_back({name, value});
    }
  }
  const auto max_chars = arguments.number("max_chars", 1, kMaxSliceChars);
  if (max_chars) {
    std::erase_if(parameters, [](const auto& each) { return each.name == "max_chars"; });
    parameters.push_back({"max_chars", std::to_string(*max_chars)});
  }
  return parameters;
}

Result<Reading> read_arguments(const Scope& scope, const JsonObject& object) {
  Arguments arguments(object,
                      {"ref", "producer_agent", "task_id", "attempt", "max_chars", "lines", "bytes",
                       "first", "last", "grep", "context", "ignore_case", "pointer", "cursor"});
  Reading reading;
  std::vector<slice::Parameter> parameters;
  if (const auto cursor = arguments.text("cursor")) {
    const auto form = parse_form(*cursor);
    if (!form || form->empty() || form->front().first != "ref") {
      arguments.refuse("'cursor' is not the cursor of an answer of this tool");
    } else {
      reading.ref = OutputRef(form->front().second);
      parameters = parameters_of(*form, arguments);
      for (const auto& member : object) {
        const std::string_view name(member.key().data(), member.key().size());
        if (name == "cursor" || name == "max_chars") continue;
        if (name == "ref" && arguments.text("ref") == reading.ref->str()) continue;
        arguments.refuse("'" + std::string(name) +
                         "' does not go with 'cursor', which holds all but 'max_chars'");
      }
    }
  } else {
    if (auto ref = arguments.text("ref")) reading.ref = parse_ref(std::move(*ref));
    reading.producer_agent = arguments.text("producer_agent");
    reading.task_id = arguments.text("task_id");
    const auto attempt = arguments.number("attempt", 0, std::numeric_limits<std::uint32_t>::max());
    if (attempt) reading.attempt = static_cast<std::uint32_t>(*attempt);
    if (reading.ref.has_value() == reading.producer_agent.has_value()) {
      arguments.refuse("give either 'ref' or 'producer_agent'");
    }
    if (scope.sees_only_its_task && !reading.task_id) reading.task_id = scope.task_id;
    if (scope.sees_only_its_task && !reading.attempt) reading.attempt = scope.attempt;
    if (reading.producer_agent && reading.task_id.has_value() != reading.attempt.has_value()) {
      arguments.refuse("'task_id' and 'attempt' go together");
    }
    if (reading.ref && (arguments.has("task_id") || arguments.has("attempt"))) {
      arguments.refuse("'task_id' and 'attempt' go with 'producer_agent'");
    }
    parameters = parameters_of(arguments);
  }
  if (arguments.error()) return std::unexpected(*arguments.error());
  auto query = slice::from_parameters(parameters);
  if (!query) {
    return fail(ErrorKind::kInvalidArgument, query.error().message);
  }
  reading.query = std::move(*query);
  return reading;
}

// A result, and whose it is, if that is known.
ToolResult result_of(const OutputRef& ref, const std::optional<OutputRecord>& record,
                     std::string text, const std::string& summary) {
  ToolResult result;
  std::string whose = ref.str();
  if (record) {
    whose += ", " + kind_of(record->event) + " of " + record->producer_agent;
    result.structured["producer_agent"] = record->producer_agent;
    result.structured["type"] = type_of(record->event);
    if (const auto* artifact = std::get_if<Artifact>(&record->event)) {
      result.structured["name"] = artifact->name;
    }
    if (const auto* last = std::get_if<Final>(&record->event)) result.structured["ok"] = last->ok;
  }
  result.structured["ref"] = ref.str();
  result.structured["text"] = text;
  result.structured["summary"] = summary;
  result.text = std::move(text);
  result.text += "\n\n[" + whose + ": " + summary + "]";
  return result;
}

bool is_binary(const Slice& part) {
  return part.text.find('\0') != std::string::npos || part.invalid_bytes > part.text.size() / 16;
}

ToolResult result_of(Slice part, const std::optional<OutputRecord>& record) {
  if (is_binary(part)) {
    ToolResult result =
        result_of(part.id, record, "",
                  "binary, " + part.media_type + ", " + std::to_string(part.total_bytes) +
                      " bytes: nothing to read as text");
    result.structured["media_type"] = part.media_type;
    result.structured["total_bytes"] = part.total_bytes;
    return result;
  }
  const std::string summary = part.summary;
  std::optional<std::string> cursor;
  if (part.next) cursor = cursor_of(part.id, *part.next);
  ToolResult result = result_of(part.id, record, std::move(part.text), summary);
  result.structured["media_type"] = part.media_type;
  result.structured["total_bytes"] = part.total_bytes;
  if (cursor) {
    result.structured["cursor"] = *cursor;
    result.text.pop_back();
    result.text += "; read on with cursor \"" + *cursor + "\"]";
  }
  return result;
}

// What there is to say of a record that has no body to slice.
Result<ToolResult> without_body(const OutputRecord& record) {
  if (const auto* progress = std::get_if<Progress>(&record.event)) {
    return result_of(record.id, record, progress_text(*progress), "all of it");
  }
  const ContentRef* content = content_of(record.event);
  const auto* file = std::get_if<FileRef>(content);
  return fail(ErrorKind::kNotFound, "the output " + record.id.str() +
                                        " is a file that the store does not hold: " +
                                        (file != nullptr ? file->path : std::string()));
}

// The record that is meant, where it has to be looked up.
Awaitable<OutputRecord> look_up(const Call& call, const Reading& reading) {
  OutputStore& store = call.store();
  Result<OutputRecord> record;
  std::string what;
  if (reading.ref) {
    what = reading.ref->str();
    auto operation = store.get(*reading.ref, call.options());
    record = co_await std::move(operation);
  } else if (reading.task_id) {
    what = "of '" + *reading.producer_agent + "' in that run";
    auto operation = store.get_latest_by_name_in_run(*reading.task_id, *reading.attempt,
                                                     *reading.producer_agent, call.options());
    record = co_await std::move(operation);
  } else {
    what = "of '" + *reading.producer_agent + "'";
    auto operation = store.get_latest_by_name(*reading.producer_agent, call.options());
    record = co_await std::move(operation);
  }
  if (record ? !call.scope.sees(*record) : record.error().kind == ErrorKind::kNotFound) {
    co_return std::unexpected(not_there(what));
  }
  co_return record;
}

}  // namespace

AwaitableResult read_output(const Call& call, const JsonObject& arguments) {
  auto reading = read_arguments(call.scope, arguments);
  if (!reading) co_return std::unexpected(std::move(reading.error()));
  // With a cursor the record was shown before, and need not be read again.
  std::optional<OutputRecord> record;
  if (!arguments.contains("cursor") || call.scope.sees_only_its_task) {
    auto looking = look_up(call, *reading);
    auto found = co_await std::move(looking);
    if (!found) co_return std::unexpected(std::move(found.error()));
    record = std::move(*found);
  }
  const OutputRef ref = record ? record->id : *reading->ref;
  auto operation = call.store().slice(ref, reading->query, call.options());
  auto part = co_await std::move(operation);
  if (part) co_return result_of(std::move(*part), record);
  if (part.error().kind == ErrorKind::kNotFound && record) co_return without_body(*record);
  co_return std::unexpected(std::move(part.error()));
}

}  // namespace skep::mcp
