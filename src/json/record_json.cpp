#include "json/envelope.hpp"
#include "json/event_json.hpp"
#include "json/parent_refs.hpp"
#include "json/timestamp.hpp"
#include "json/validate.hpp"
#include "json/write.hpp"

#include <skep/json.hpp>

#include <algorithm>
#include <limits>

namespace skep {
namespace {

using json::Cursor;
using json::Envelope;

// The inline value of an event, or nullptr.
Inline* inline_of(OutputEvent& event) {
  auto* content = const_cast<ContentRef*>(content_of(event));
  return content != nullptr ? std::get_if<Inline>(content) : nullptr;
}

// Raw line breaks in valid JSON are white space, so a space in their place is the same JSON.
std::string fold_lines(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\r', ' ');
  return text;
}

// All of the record but the closing brace.
std::string write_open(const OutputRecord& record) {
  std::string out = R"({"id":)";
  json::write_string(out, record.id.str());
  out += R"(,"task_id":)";
  json::write_string(out, record.task_id);
  out += R"(,"attempt":)";
  out += std::to_string(record.attempt);
  out += R"(,"producer_agent":)";
  json::write_string(out, record.producer_agent);
  out += R"(,"event":)";
  json::write_event(out, record.event);
  out += R"(,"parent_refs":)";
  json::write_parent_refs(out, record.parent_refs);
  out += R"(,"seq":)";
  out += std::to_string(record.seq);
  out += R"(,"created_at":)";
  if (record.created_at) {
    json::write_string(out, json::format_timestamp(*record.created_at));
  } else {
    out += "null";
  }
  return out;
}

// Puts back the spelling of a value that spanned lines.
Result<void> restore_value(const Envelope& envelope, OutputEvent& event) {
  const auto member = envelope.optional("value_text");
  if (!member) return std::unexpected(member.error());
  if (!*member) return {};
  auto spelt = (*member)->as_string();
  if (!spelt) return std::unexpected(std::move(spelt.error()));
  Inline* inlined = inline_of(event);
  if (inlined == nullptr || fold_lines(*spelt) != inlined->value.text()) {
    return Cursor::error_at((*member)->position, "value_text does not spell the event's value");
  }
  // Equal but for line breaks in white space, so what holds for the value holds for it; but one
  // that folds from inside a string is not JSON.
  auto checked = JsonText::parse(std::move(*spelt));
  if (!checked)
    return Cursor::error_at((*member)->position, "value_text: " + checked.error().message);
  inlined->value = std::move(*checked);
  return {};
}

Result<void> read_own_fields(const Envelope& envelope, OutputRecord& record) {
  const auto seq = envelope.nullable("seq");
  if (!seq) return std::unexpected(seq.error());
  if (*seq) {
    const auto number = (*seq)->as_integer(std::numeric_limits<std::int64_t>::max());
    if (!number) return std::unexpected(number.error());
    record.seq = static_cast<std::int64_t>(*number);
  }
  const auto created_at = envelope.nullable("created_at");
  if (!created_at) return std::unexpected(created_at.error());
  if (*created_at) {
    const auto text = (*created_at)->as_string();
    if (!text) return std::unexpected(text.error());
    record.created_at = json::parse_timestamp(*text);
    if (!record.created_at) {
      return Cursor::error_at((*created_at)->position,
                              "created_at must have the form \"2026-11-24T13:20:00.123Z\",");
    }
  }
  return {};
}

Result<OutputRecord> read_record(const Envelope& envelope, std::size_t max_bytes) {
  OutputRecord record;
  auto id = envelope.string("id");
  if (!id) return std::unexpected(std::move(id.error()));
  record.id = OutputRef(std::move(*id));
  auto task_id = envelope.string("task_id");
  if (!task_id) return std::unexpected(std::move(task_id.error()));
  record.task_id = std::move(*task_id);
  const auto attempt = envelope.required("attempt");
  if (!attempt) return std::unexpected(attempt.error());
  const auto number = attempt->as_integer(std::numeric_limits<std::uint32_t>::max());
  if (!number) return std::unexpected(number.error());
  record.attempt = static_cast<std::uint32_t>(*number);
  auto producer_agent = envelope.string("producer_agent");
  if (!producer_agent) return std::unexpected(std::move(producer_agent.error()));
  record.producer_agent = std::move(*producer_agent);

  const auto event_member = envelope.required("event");
  if (!event_member) return std::unexpected(event_member.error());
  if (event_member->raw.size() > max_bytes) {
    return fail(ErrorKind::kTooLarge, "the event takes " +
                                          std::to_string(event_member->raw.size()) +
                                          " bytes; the limit is " + std::to_string(max_bytes));
  }
  Cursor event_cursor = event_member->cursor();
  auto event = json::read_event(event_cursor, json::Trust::kValidated);
  if (!event) return std::unexpected(std::move(event.error()));
  record.event = std::move(*event);
  if (auto restored = restore_value(envelope, record.event); !restored) {
    return std::unexpected(std::move(restored.error()));
  }

  const auto parents_member = envelope.optional("parent_refs");
  if (!parents_member) return std::unexpected(parents_member.error());
  if (*parents_member) {
    Cursor parents_cursor = (*parents_member)->cursor();
    auto parents = json::read_parent_refs(parents_cursor);
    if (!parents) return std::unexpected(std::move(parents.error()));
    record.parent_refs = std::move(*parents);
  }
  if (auto own = read_own_fields(envelope, record); !own) {
    return std::unexpected(std::move(own.error()));
  }
  return record;
}

}  // namespace

std::string to_json(const OutputRecord& record) { return write_open(record) + '}'; }

std::string to_ndjson(const OutputRecord& record) {
  std::string out = write_open(record);
  // Within what we write, only a value can hold raw line breaks.
  if (out.find('\n') != std::string::npos || out.find('\r') != std::string::npos) {
    out = fold_lines(std::move(out));
    out += R"(,"value_text":)";
    const ContentRef* content = content_of(record.event);
    json::write_string(out, std::get<Inline>(*content).value.text());
  }
  out += '}';
  return out;
}

Result<OutputRecord> record_from_json(std::string_view text, std::size_t max_bytes) {
  if (auto valid = json::validate(text, json::kMaxEventDepth + 1); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  Cursor cursor(text);
  const auto envelope = Envelope::read(cursor, "record",
                                       {"id", "task_id", "attempt", "producer_agent", "event",
                                        "parent_refs", "seq", "created_at", "value_text"});
  if (!envelope) return std::unexpected(envelope.error());
  return read_record(*envelope, max_bytes);
}

}  // namespace skep
