#include "json/envelope.hpp"
#include "json/event_json.hpp"
#include "json/line_breaks.hpp"
#include "json/parent_refs.hpp"
#include "json/request_json.hpp"
#include "json/timestamp.hpp"
#include "json/validate.hpp"
#include "json/write.hpp"

#include <skep/json.hpp>

#include <limits>

namespace skep {
namespace {

using json::Cursor;
using json::Envelope;

// All of the record but the closing brace.
std::string write_open(const OutputRecord& record) {
  std::string out = R"({"id":)";
  json::write_string(out, record.id.str());
  out += ',';
  json::write_members(out, record);
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
  auto output = json::read_request(envelope, max_bytes);
  if (!output) return std::unexpected(std::move(output.error()));
  record.task_id = std::move(output->task_id);
  record.attempt = output->attempt;
  record.producer_agent = std::move(output->producer_agent);
  record.event = std::move(output->event);
  record.parent_refs = std::move(output->parent_refs);
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
    out = json::fold_lines(std::move(out));
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
