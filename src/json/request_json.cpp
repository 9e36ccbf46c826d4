#include "json/request_json.hpp"

#include "json/event_json.hpp"
#include "json/line_breaks.hpp"
#include "json/parent_refs.hpp"
#include "json/validate.hpp"

#include <limits>
#include <utility>

namespace skep::json {
namespace {

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

Result<Envelope> read_envelope(Cursor& cursor) {
  return Envelope::read(
      cursor, "request",
      {"task_id", "attempt", "producer_agent", "event", "parent_refs", "value_text"});
}

}  // namespace

Result<AppendRequest> read_request(const Envelope& envelope, std::size_t max_bytes,
                                   const std::string* agent, std::string_view* value) {
  AppendRequest request;
  auto task_id = envelope.string("task_id");
  if (!task_id) return std::unexpected(std::move(task_id.error()));
  request.task_id = std::move(*task_id);
  const auto attempt = envelope.required("attempt");
  if (!attempt) return std::unexpected(attempt.error());
  const auto number = attempt->as_integer(std::numeric_limits<std::uint32_t>::max());
  if (!number) return std::unexpected(number.error());
  request.attempt = static_cast<std::uint32_t>(*number);
  auto producer_agent =
      agent != nullptr ? Result<std::string>(*agent) : envelope.string("producer_agent");
  if (!producer_agent) return std::unexpected(std::move(producer_agent.error()));
  request.producer_agent = std::move(*producer_agent);

  const auto event_member = envelope.required("event");
  if (!event_member) return std::unexpected(event_member.error());
  if (event_member->raw.size() > max_bytes) {
    return fail(ErrorKind::kTooLarge, "the event takes " +
                                          std::to_string(event_member->raw.size()) +
                                          " bytes; the limit is " + std::to_string(max_bytes));
  }
  Cursor event_cursor = event_member->cursor();
  auto event = read_event(event_cursor, Trust::kValidated, value);
  if (!event) return std::unexpected(std::move(event.error()));
  request.event = std::move(*event);
  if (auto restored = restore_value(envelope, request.event); !restored) {
    return std::unexpected(std::move(restored.error()));
  }

  const auto parents_member = envelope.optional("parent_refs");
  if (!parents_member) return std::unexpected(parents_member.error());
  if (*parents_member) {
    Cursor parents_cursor = (*parents_member)->cursor();
    auto parents = read_parent_refs(parents_cursor);
    if (!parents) return std::unexpected(std::move(parents.error()));
    request.parent_refs = std::move(*parents);
  }
  return request;
}

Result<AppendRequest> read_request(std::string_view text, std::size_t max_bytes,
                                   const std::string* agent) {
  Cursor cursor(text);
  const auto envelope = read_envelope(cursor);
  if (!envelope) return std::unexpected(envelope.error());
  return read_request(*envelope, max_bytes, agent);
}

Result<AppendRequest> take_request(std::string text, std::size_t max_bytes,
                                   const std::string* agent) {
  if (text.size() < kLargeValueBytes) return read_request(text, max_bytes, agent);
  Cursor cursor(text);
  const auto envelope = read_envelope(cursor);
  if (!envelope) return std::unexpected(envelope.error());
  const auto spelling = envelope->optional("value_text");
  if (!spelling || *spelling) return read_request(*envelope, max_bytes, agent);
  std::string_view value;
  auto request = read_request(*envelope, max_bytes, agent, &value);
  if (!request || value.empty()) return request;
  const auto first = static_cast<std::size_t>(value.data() - text.data());
  text.erase(first + value.size());
  text.erase(0, first);
  inline_of(request->event)->value = ValidatedText::make(std::move(text));
  return request;
}

}  // namespace skep::json
