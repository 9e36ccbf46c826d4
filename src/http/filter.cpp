#include "http/filter.hpp"

#include "http/access.hpp"
#include "store/validate.hpp"

#include <skep/json.hpp>

#include <limits>
#include <utility>
#include <variant>

namespace skep::http {
namespace {

constexpr std::size_t kDefaultLimit = 100;

}  // namespace

OrProblem<RunFilter> read_run(const Query& query) {
  RunFilter run;
  run.task_id = query.text("task_id");
  const auto attempt = query.number("attempt", 0, std::numeric_limits<std::uint32_t>::max());
  if (!attempt) return std::unexpected(attempt.error());
  if (*attempt) run.attempt = static_cast<std::uint32_t>(**attempt);
  if (run.attempt && !run.task_id) {
    return bad_request("the parameter 'attempt' needs 'task_id': attempts count within a task");
  }
  return run;
}

OrProblem<ListQuery> read_filter(const Query& query, const auth::Claims& claims) {
  auto run = read_run(query);
  if (!run) return std::unexpected(std::move(run.error()));
  if (auto allowed = may_read_run(claims, run->task_id, run->attempt); !allowed) {
    return std::unexpected(std::move(allowed.error()));
  }
  ListQuery filter;
  filter.task_id = std::move(run->task_id);
  filter.attempt = run->attempt;
  filter.producer_agent = query.text("producer_agent");
  filter.type = query.text("type");
  if (filter.type && !is_event_type(*filter.type)) {
    return bad_request("the parameter 'type' must be progress, partial, artifact or final");
  }
  return filter;
}

OrProblem<std::size_t> read_limit(const Query& query) {
  const auto limit = query.number("limit", 1, kMaxPageCount);
  if (!limit) return std::unexpected(limit.error());
  return limit->value_or(kDefaultLimit);
}

std::string record_json(const OutputRecord& record, bool with_body) {
  const ContentRef* content = content_of(record.event);
  const auto* inlined = content != nullptr ? std::get_if<Inline>(content) : nullptr;
  if (with_body || inlined == nullptr) return to_json(record);
  // The same record with a value that is written shortly, and then put away.
  OutputRecord bare;
  bare.id = record.id;
  bare.task_id = record.task_id;
  bare.attempt = record.attempt;
  bare.producer_agent = record.producer_agent;
  bare.parent_refs = record.parent_refs;
  bare.seq = record.seq;
  bare.created_at = record.created_at;
  if (const auto* artifact = std::get_if<Artifact>(&record.event)) {
    bare.event = Artifact(artifact->name, Inline(JsonText()));
  } else if (const auto* last = std::get_if<Final>(&record.event)) {
    bare.event = Final(Inline(JsonText()), last->ok);
  } else {
    bare.event = Partial(Inline(JsonText()));
  }
  std::string json = to_json(bare);
  // Texts in JSON have their quotes escaped: the first of these characters is the member itself.
  const std::string in_place =
      R"("kind":"inline","value_bytes":)" + std::to_string(inlined->value.text().size());
  constexpr std::string_view kInPlaceOf = R"("kind":"inline","value":null)";
  return json.replace(json.find(kInPlaceOf), kInPlaceOf.size(), in_place);
}

}  // namespace skep::http
