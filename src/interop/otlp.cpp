// OpenTelemetry spans as OTLP/JSON (proto3 JSON with ids in hex), by the semantic conventions for
// GenAI agents 1.41. A run is a trace; its root is `invoke_workflow`, and each output of an agent
// an `invoke_agent` below it, linked to those it was derived from.
#include "interop/digests.hpp"
#include "interop/format.hpp"

#include <skep/run_export.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

namespace skep::interop {
namespace {

constexpr std::string_view kSchemaUrl = "https://opentelemetry.io/schemas/1.41.0";
constexpr int kKindInternal = 1;
constexpr int kStatusError = 2;

// Nanoseconds since 1970, as proto3 JSON writes 64 bits; what they cannot hold is cut to them.
std::string nanos(Timestamp time) {
  constexpr std::uint64_t kPerMilli = 1'000'000;
  constexpr std::uint64_t kMaxMillis = std::numeric_limits<std::uint64_t>::max() / kPerMilli;
  const std::int64_t millis = time.time_since_epoch().count();
  if (millis <= 0) return "0";
  return std::to_string(std::min(static_cast<std::uint64_t>(millis), kMaxMillis) * kPerMilli);
}

class Attributes {
 public:
  Attributes& text(std::string_view key, std::string_view value) {
    return add(key, boost::json::object{{"stringValue", value}});
  }
  Attributes& number(std::string_view key, std::uint64_t value) {
    constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
    return add(key, boost::json::object{{"intValue", std::to_string(std::min(value, kMax))}});
  }
  Attributes& flag(std::string_view key, bool value) {
    return add(key, boost::json::object{{"boolValue", value}});
  }
  Attributes& texts(std::string_view key, const std::vector<OutputRef>& refs) {
    boost::json::array values;
    for (const auto& ref : refs) values.push_back(boost::json::object{{"stringValue", ref.str()}});
    return add(key, boost::json::object{
                        {"arrayValue", boost::json::object{{"values", std::move(values)}}}});
  }
  [[nodiscard]] boost::json::array take() { return std::move(list_); }

 private:
  Attributes& add(std::string_view key, boost::json::object value) {
    list_.push_back(boost::json::object{{"key", key}, {"value", std::move(value)}});
    return *this;
  }

  boost::json::array list_;
};

// The body as the one part of a message that an agent gave, in the conventions' JSON.
void add_message(Attributes& attributes, std::string body) {
  if (body.size() > kMaxExportedBodyBytes) {
    std::size_t end = kMaxExportedBodyBytes;
    while (end > 0 && (static_cast<unsigned char>(body[end]) & 0xC0U) == 0x80U) --end;  // UTF-8
    body.resize(end);
    attributes.flag("skep.body_truncated", true);
  }
  boost::json::array parts{boost::json::object{{"type", "text"}, {"content", std::move(body)}}};
  const boost::json::array messages{boost::json::object{
      {"role", "assistant"}, {"parts", std::move(parts)}, {"finish_reason", "stop"}}};
  attributes.text("gen_ai.output.messages", boost::json::serialize(messages));
}

void add_content(Attributes& attributes, const ContentRef& content, bool with_body) {
  if (const auto* file = std::get_if<FileRef>(&content)) {
    attributes.text("skep.file.path", file->path);
    if (file->mime) attributes.text("skep.file.mime", *file->mime);
    if (file->size_hint) attributes.number("skep.body_bytes", *file->size_hint);
    return;
  }
  const JsonText& value = std::get<Inline>(content).value;
  attributes.number("skep.body_bytes", value.text().size());
  auto text = value.as_string();
  attributes.text("gen_ai.output.type", text ? "text" : "json");
  if (with_body) add_message(attributes, text ? std::move(*text) : std::string(value.text()));
}

class Otlp final : public Format {
 public:
  explicit Otlp(bool with_bodies) : with_bodies_(with_bodies) {}

  void begin_run(const RunId& run, Timestamp /*begin*/) override {
    run_ = run;
    trace_id_ = trace_id_of(run);
    root_id_ = span_id_of(run);
    conversation_ = run.task_id + '/' + std::to_string(run.attempt);
  }

  void add(const Placed& placed) override {
    const OutputRecord& record = placed.record;
    const auto* progress = std::get_if<Progress>(&record.event);
    const auto* final = std::get_if<Final>(&record.event);
    // Only what an agent hands over as a whole stands for its work.
    const bool is_work = final != nullptr || std::holds_alternative<Artifact>(record.event);
    Attributes attributes;
    if (is_work) attributes.text("gen_ai.operation.name", "invoke_agent");
    attributes.text("gen_ai.agent.name", record.producer_agent)
        .text("gen_ai.conversation.id", conversation_)
        .text("skep.ref", record.id.str())
        .number("skep.seq", static_cast<std::uint64_t>(std::max<std::int64_t>(record.seq, 0)))
        .text("skep.type", type_of(record.event));
    if (const auto* artifact = std::get_if<Artifact>(&record.event)) {
      attributes.text("skep.artifact.name", artifact->name);
    }
    if (progress != nullptr) {
      attributes.text("skep.progress.stage", progress->stage);
      if (progress->note) attributes.text("skep.progress.note", *progress->note);
    }
    if (!record.parent_refs.empty()) attributes.texts("skep.parent_refs", record.parent_refs);
    if (const ContentRef* content = content_of(record.event)) {
      add_content(attributes, *content, with_bodies_);
    }
    if (!record.created_at) attributes.flag("skep.time_unknown", true);
    const bool has_failed = final != nullptr && !final->ok;
    if (has_failed) attributes.text("error.type", "_OTHER");

    boost::json::object span = begin_span(span_id_of(record.id));
    span["parentSpanId"] = root_id_;
    span["name"] = (is_work ? "invoke_agent " : std::string(type_of(record.event)) + ' ') +
                   record.producer_agent;
    const Timestamp begin = is_work ? placed.begin : placed.end;
    if (placed.dropped_link_count > 0) span["droppedLinksCount"] = placed.dropped_link_count;
    finish_span(std::move(span), begin, placed.end, attributes, links(placed), has_failed);
  }

  void end_run(const RunEnd& end) override {
    const bool has_failed = end.ok && !*end.ok;
    Attributes attributes;
    attributes.text("gen_ai.operation.name", "invoke_workflow")
        .text("gen_ai.workflow.name", run_.task_id)
        .text("gen_ai.conversation.id", conversation_)
        .text("skep.task_id", run_.task_id)
        .number("skep.attempt", run_.attempt);
    if (has_failed) attributes.text("error.type", "_OTHER");
    boost::json::object span = begin_span(root_id_);
    span["name"] = "invoke_workflow " + run_.task_id;
    finish_span(std::move(span), end.begin, end.end, attributes, {}, has_failed);
  }

  // One request: `ExportTraceServiceRequest`.
  std::string take() override {
    if (spans_.empty()) return {};
    Attributes resource;
    resource.text("service.name", "skep").text("service.version", SKEP_VERSION);
    const std::string name =
        boost::json::serialize(boost::json::object{{"name", "skep"}, {"version", SKEP_VERSION}});
    const std::string schema = R"("schemaUrl":")" + std::string(kSchemaUrl) + '"';
    std::string text = R"({"resourceSpans":[{"resource":{"attributes":)";
    text += boost::json::serialize(resource.take());
    text += R"(},"scopeSpans":[{"scope":)" + name + R"(,"spans":[)";
    text += std::exchange(spans_, {});
    text += "]," + schema + "}]," + schema + "}]}\n";
    return text;
  }

  [[nodiscard]] std::size_t made_bytes() const noexcept override { return spans_.size(); }

 private:
  [[nodiscard]] boost::json::object begin_span(std::string id) const {
    return {{"traceId", trace_id_}, {"spanId", std::move(id)}};
  }

  static boost::json::array links(const Placed& placed) {
    boost::json::array links;
    for (const auto& parent : placed.parents) {
      Attributes attributes;
      attributes.text("skep.ref", parent.ref.str());
      links.push_back(boost::json::object{{"traceId", trace_id_of(parent.run)},
                                          {"spanId", span_id_of(parent.ref)},
                                          {"attributes", attributes.take()}});
    }
    return links;
  }

  void finish_span(boost::json::object span, Timestamp begin, Timestamp end, Attributes& attributes,
                   boost::json::array links, bool has_failed) {
    span["kind"] = kKindInternal;
    span["startTimeUnixNano"] = nanos(begin);
    span["endTimeUnixNano"] = nanos(end);
    span["attributes"] = attributes.take();
    if (!links.empty()) span["links"] = std::move(links);
    span["status"] =
        has_failed ? boost::json::object{{"code", kStatusError}} : boost::json::object();
    if (!spans_.empty()) spans_ += ',';
    spans_ += boost::json::serialize(span);
  }

  const bool with_bodies_;
  RunId run_;
  std::string trace_id_;
  std::string root_id_;
  std::string conversation_;
  std::string spans_;  // As JSON, with commas between them.
};

}  // namespace

std::unique_ptr<Format> make_otlp_format(bool with_bodies) {
  return std::make_unique<Otlp>(with_bodies);
}

}  // namespace skep::interop
