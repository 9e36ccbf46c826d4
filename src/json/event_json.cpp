#include "json/event_json.hpp"

#include "json/canonical_event.hpp"
#include "json/check.hpp"
#include "json/envelope.hpp"
#include "json/stored.hpp"
#include "json/validate.hpp"
#include "json/write.hpp"

#include <skep/json.hpp>

#include <limits>
#include <utility>
#include <variant>

namespace skep::json {
namespace {

void write_nullable(std::string& out, const std::optional<std::string>& text) {
  if (text) {
    write_string(out, *text);
  } else {
    out += "null";
  }
}

void write_content(std::string& out, const ContentRef& content) {
  if (const auto* inlined = std::get_if<Inline>(&content)) {
    out += R"({"kind":"inline","value":)";
    out += inlined->value.text();
  } else {
    const auto& file = std::get<FileRef>(content);
    out += R"({"kind":"file_ref","path":)";
    write_string(out, file.path);
    out += R"(,"mime":)";
    write_nullable(out, file.mime);
    out += R"(,"size_hint":)";
    out += file.size_hint ? std::to_string(*file.size_hint) : "null";
  }
  out += '}';
}

Result<FileRef> read_file_ref(const Envelope& envelope) {
  FileRef file;
  auto path = envelope.string("path");
  if (!path) return std::unexpected(std::move(path.error()));
  file.path = std::move(*path);
  auto mime = envelope.nullable_string("mime");
  if (!mime) return std::unexpected(std::move(mime.error()));
  file.mime = std::move(*mime);
  const auto size_hint = envelope.nullable("size_hint");
  if (!size_hint) return std::unexpected(size_hint.error());
  if (*size_hint) {
    const auto bytes = (*size_hint)->as_integer(std::numeric_limits<std::uint64_t>::max());
    if (!bytes) return std::unexpected(bytes.error());
    file.size_hint = *bytes;
  }
  return file;
}

// How an event is read: see `read_event`.
struct Reading {
  Trust trust;
  std::string_view* value;
};

Result<ContentRef> read_content(const Envelope& event, std::string_view name, Reading reading) {
  const auto member = event.required(name);
  if (!member) return std::unexpected(member.error());
  Cursor cursor = member->cursor();
  const auto envelope =
      Envelope::read(cursor, "content", {"kind", "value", "path", "mime", "size_hint"});
  if (!envelope) return std::unexpected(envelope.error());
  const auto kind = envelope->string("kind");
  if (!kind) return std::unexpected(kind.error());
  if (*kind == "inline") {
    const auto value = envelope->required("value");
    if (!value) return std::unexpected(value.error());
    if (reading.value != nullptr) {
      *reading.value = value->raw;
      return Inline(JsonText());
    }
    std::string text(value->raw);
    return Inline(reading.trust == Trust::kValidated ? ValidatedText::make(std::move(text))
                                                     : JsonText::from_stored(std::move(text)));
  }
  if (*kind == "file_ref") {
    auto file = read_file_ref(*envelope);
    if (!file) return std::unexpected(std::move(file.error()));
    return std::move(*file);
  }
  return Cursor::error_at(envelope->required("kind")->position,
                          "unknown content kind \"" + *kind + "\"");
}

Result<OutputEvent> read_progress(const Envelope& envelope) {
  auto stage = envelope.string("stage");
  if (!stage) return std::unexpected(std::move(stage.error()));
  auto note = envelope.nullable_string("note");
  if (!note) return std::unexpected(std::move(note.error()));
  return Progress(std::move(*stage), std::move(*note));
}

Result<OutputEvent> read_artifact(const Envelope& envelope, Reading reading) {
  auto name = envelope.string("name");
  if (!name) return std::unexpected(std::move(name.error()));
  auto content = read_content(envelope, "content", reading);
  if (!content) return std::unexpected(std::move(content.error()));
  return Artifact(std::move(*name), std::move(*content));
}

Result<OutputEvent> read_final(const Envelope& envelope, Reading reading) {
  auto content = read_content(envelope, "content", reading);
  if (!content) return std::unexpected(std::move(content.error()));
  const auto ok = envelope.required("ok");
  if (!ok) return std::unexpected(ok.error());
  const auto is_ok = ok->as_bool();
  if (!is_ok) return std::unexpected(is_ok.error());
  return Final(std::move(*content), *is_ok);
}

}  // namespace

Inline* inline_of(OutputEvent& event) noexcept {
  auto* content = const_cast<ContentRef*>(content_of(event));
  return content != nullptr ? std::get_if<Inline>(content) : nullptr;
}

void write_event(std::string& out, const OutputEvent& event) {
  if (const auto* progress = std::get_if<Progress>(&event)) {
    out += R"({"type":"progress","stage":)";
    write_string(out, progress->stage);
    out += R"(,"note":)";
    write_nullable(out, progress->note);
  } else if (const auto* partial = std::get_if<Partial>(&event)) {
    out += R"({"type":"partial","chunk":)";
    write_content(out, partial->chunk);
  } else if (const auto* artifact = std::get_if<Artifact>(&event)) {
    out += R"({"type":"artifact","name":)";
    write_string(out, artifact->name);
    out += R"(,"content":)";
    write_content(out, artifact->content);
  } else {
    const auto& final_event = std::get<Final>(event);
    out += R"({"type":"final","content":)";
    write_content(out, final_event.content);
    out += final_event.ok ? R"(,"ok":true)" : R"(,"ok":false)";
  }
  out += '}';
}

Result<OutputEvent> read_event(Cursor& cursor, Trust trust, std::string_view* value) {
  const Reading reading{trust, value};
  const auto envelope =
      Envelope::read(cursor, "event", {"type", "stage", "note", "chunk", "name", "content", "ok"});
  if (!envelope) return std::unexpected(envelope.error());
  const auto type = envelope->string("type");
  if (!type) return std::unexpected(type.error());
  if (*type == "progress") return read_progress(*envelope);
  if (*type == "partial") {
    auto chunk = read_content(*envelope, "chunk", reading);
    if (!chunk) return std::unexpected(std::move(chunk.error()));
    return Partial(std::move(*chunk));
  }
  if (*type == "artifact") return read_artifact(*envelope, reading);
  if (*type == "final") return read_final(*envelope, reading);
  return Cursor::error_at(envelope->required("type")->position,
                          "unknown event type \"" + *type + "\"");
}

std::string take_json(OutputEvent event) {
  Inline* inlined = inline_of(event);
  if (inlined == nullptr || inlined->value.text().size() < kLargeValueBytes) return to_json(event);
  std::string json = std::exchange(inlined->value, JsonText()).text();
  const std::string frame = to_json(event);
  // Quotes within texts are escaped, so the first of these characters is the member.
  constexpr std::string_view kMember = R"("kind":"inline","value":null)";
  const auto end = frame.find(kMember) + kMember.size();
  json.insert(0, frame, 0, end - 4);
  json.append(frame, end);
  return json;
}

Result<OutputEvent> event_from_stored(std::string_view text) {
  if (!invalid_utf8_at(text)) {
    if (auto canonical = read_canonical_event(text)) return std::move(*canonical);
  }
  return from_stored<OutputEvent>(
      text, [](Cursor& cursor) { return read_event(cursor, Trust::kStored); });
}

}  // namespace skep::json

namespace skep {

std::string to_json(const OutputEvent& event) {
  constexpr std::size_t kEnvelopeBytes = 96;
  std::string out;
  const ContentRef* content = content_of(event);
  const auto* inlined = content != nullptr ? std::get_if<Inline>(content) : nullptr;
  out.reserve(kEnvelopeBytes + (inlined != nullptr ? inlined->value.text().size() : 0));
  json::write_event(out, event);
  return out;
}

Result<OutputEvent> event_from_json(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    return fail(ErrorKind::kTooLarge, "the event takes " + std::to_string(text.size()) +
                                          " bytes; the limit is " + std::to_string(max_bytes));
  }
  if (auto valid = json::validate(text, json::kMaxEventDepth); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  json::Cursor cursor(text);
  return json::read_event(cursor, json::Trust::kValidated);
}

}  // namespace skep
