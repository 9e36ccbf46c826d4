// Listings, a page at a time.
#include "http/access.hpp"
#include "http/cursor.hpp"
#include "http/filter.hpp"
#include "http/handlers.hpp"
#include "store/follow.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace skep::http {
namespace {

constexpr std::uint64_t kMaxSeq = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kMaxWaitSeconds = 60;

// Fails if more than one of the names is given.
OrProblem<void> expect_one_position(const Query& query, std::string_view a, std::string_view b) {
  if (query.find(a) == nullptr || query.find(b) == nullptr) return {};
  return bad_request("give '" + std::string(a) + "' or '" + std::string(b) + "', not both");
}

OrProblem<std::int64_t> read_position(const Query& query) {
  if (auto one = expect_one_position(query, "cursor", "after_seq"); !one) {
    return std::unexpected(std::move(one.error()));
  }
  if (const std::string* cursor = query.find("cursor")) return seq_of_cursor(*cursor);
  const auto after_seq = query.number("after_seq", 0, kMaxSeq);
  if (!after_seq) return std::unexpected(after_seq.error());
  return static_cast<std::int64_t>(after_seq->value_or(0));
}

std::string page_json(const Page& page, bool with_bodies) {
  std::string out = R"({"records":[)";
  for (const OutputRecord& record : page.listing.records) {
    if (&record != &page.listing.records.front()) out += ',';
    out += record_json(record, with_bodies);
  }
  boost::json::array damaged;
  for (const DamagedRecord& row : page.listing.damaged) {
    damaged.push_back(
        boost::json::object{{"id", row.id}, {"seq", row.seq}, {"reason", row.reason}});
  }
  out += R"(],"damaged":)" + boost::json::serialize(damaged);
  const auto next = page.next_after_seq;
  out += R"(,"next_cursor":)" + (next ? '"' + make_cursor(*next) + '"' : "null");
  out += R"(,"next_after_seq":)" + (next ? std::to_string(*next) : "null");
  return out + '}';
}

// A page of summaries under `name`. It is the last one if it is not full.
template <class Summary, class ToJson, class CursorOf>
Answer summaries(std::string_view name, const Result<std::vector<Summary>>& found,
                 std::size_t limit, ToJson summary_json, CursorOf cursor_of) {
  if (!found) return refuse(found.error());
  boost::json::array items;
  for (const Summary& summary : *found) items.push_back(summary_json(summary));
  boost::json::object page{{name, std::move(items)}, {"next_cursor", nullptr}};
  if (found->size() == limit) page["next_cursor"] = cursor_of(found->back());
  return Response(boost::json::serialize(page));
}

// Names are read over all runs, so a token that is limited to some may not.
OrProblem<NameQuery> read_names(const Request& request) {
  const Query& query = request.query;
  if (auto known = query.expect({"limit", "cursor", "after"}); !known) {
    return std::unexpected(std::move(known.error()));
  }
  if (auto allowed = may_read_run(request.claims, std::nullopt, std::nullopt); !allowed) {
    return std::unexpected(std::move(allowed.error()));
  }
  if (auto one = expect_one_position(query, "cursor", "after"); !one) {
    return std::unexpected(std::move(one.error()));
  }
  const auto limit = read_limit(query);
  if (!limit) return std::unexpected(limit.error());
  NameQuery names;
  names.limit = *limit;
  names.after = query.text("after");
  if (const std::string* cursor = query.find("cursor")) {
    auto name = name_of_cursor(*cursor);
    if (!name) return std::unexpected(std::move(name.error()));
    names.after = std::move(*name);
  }
  return names;
}

OrProblem<RunQuery> read_runs(const Request& request) {
  const Query& query = request.query;
  if (auto known = query.expect({"limit", "cursor", "after_task_id", "after_attempt", "task_id"});
      !known) {
    return std::unexpected(std::move(known.error()));
  }
  RunQuery runs;
  runs.task_id = query.text("task_id");
  if (auto allowed = may_read_run(request.claims, runs.task_id, std::nullopt); !allowed) {
    return std::unexpected(std::move(allowed.error()));
  }
  if (auto one = expect_one_position(query, "cursor", "after_task_id"); !one) {
    return std::unexpected(std::move(one.error()));
  }
  const auto limit = read_limit(query);
  if (!limit) return std::unexpected(limit.error());
  runs.limit = *limit;
  const auto attempt = query.number("after_attempt", 0, std::numeric_limits<std::uint32_t>::max());
  if (!attempt) return std::unexpected(attempt.error());
  const std::string* task_id = query.find("after_task_id");
  if (attempt->has_value() != (task_id != nullptr)) {
    return bad_request("give after_task_id and after_attempt together");
  }
  RunPosition position;
  if (task_id != nullptr) {
    position = RunPosition{*task_id, static_cast<std::uint32_t>(**attempt)};
  } else if (const std::string* cursor = query.find("cursor")) {
    auto read = run_of_cursor(*cursor);
    if (!read) return std::unexpected(std::move(read.error()));
    position = std::move(*read);
  } else {
    return runs;
  }
  runs.after = RunQuery::Position{std::move(position.task_id), position.attempt};
  return runs;
}

// What is there after `wait`, or an empty page that says where it stands. A stop is noticed within
// a second.
Awaitable<Page> wait_for_page(Service& service, ListQuery query, std::chrono::seconds wait) {
  constexpr std::chrono::seconds kSlice(1);
  auto there = co_await service.store.list(query, service.call_options());
  if (!there || !is_empty(*there)) co_return there;
  query.after_seq = there->next_after_seq.value_or(query.after_seq);
  for (;;) {
    const CallOptions options(std::min(wait, kSlice));
    auto page = co_await service.store.tail(query, options);
    if (page) {
      if (!is_empty(*page)) co_return page;
      query.after_seq = *page->next_after_seq;
    } else if (page.error().kind != ErrorKind::kTimedOut) {
      co_return page;
    }
    wait -= std::min(wait, kSlice);
    if (wait > std::chrono::seconds(0) && !service.stopping) continue;
    page.emplace();
    page->next_after_seq = query.after_seq;
    co_return page;
  }
}

}  // namespace

AwaitableAnswer list_outputs(Service& service, Request& request) {
  const Query& query = request.query;
  if (auto known = query.expect({"task_id", "attempt", "producer_agent", "type", "bodies", "limit",
                                 "cursor", "after_seq", "wait"});
      !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  auto filter = read_filter(query, request.claims);
  if (!filter) co_return std::unexpected(std::move(filter.error()));
  const auto limit = read_limit(query);
  if (!limit) co_return std::unexpected(limit.error());
  const auto after_seq = read_position(query);
  if (!after_seq) co_return std::unexpected(after_seq.error());
  const auto with_bodies = query.flag("bodies", true);
  if (!with_bodies) co_return std::unexpected(with_bodies.error());
  const auto wait = query.number("wait", 0, kMaxWaitSeconds);
  if (!wait) co_return std::unexpected(wait.error());
  filter->limit = *limit;
  filter->after_seq = *after_seq;
  const std::chrono::seconds time(wait->value_or(0));
  auto operation = time.count() > 0 ? wait_for_page(service, *filter, time)
                                    : service.store.list(*filter, service.call_options());
  auto page = co_await std::move(operation);
  if (!page) co_return refuse(page.error());
  if (*wait) page->next_after_seq = end_of(*page, filter->after_seq);
  co_return Response(page_json(*page, *with_bodies));
}

AwaitableAnswer list_tasks(Service& service, Request& request) {
  const auto query = read_names(request);
  if (!query) co_return std::unexpected(query.error());
  const auto found = co_await service.store.tasks(*query, service.call_options());
  co_return summaries(
      "tasks", found, query->limit,
      [](const TaskSummary& task) {
        return boost::json::object{{"task_id", task.task_id},
                                   {"attempt_count", task.attempt_count},
                                   {"output_count", task.output_count},
                                   {"last_seq", task.last_seq}};
      },
      [](const TaskSummary& task) { return make_cursor(task.task_id); });
}

AwaitableAnswer list_runs(Service& service, Request& request) {
  const auto query = read_runs(request);
  if (!query) co_return std::unexpected(query.error());
  const auto found = co_await service.store.runs(*query, service.call_options());
  co_return summaries(
      "runs", found, query->limit,
      [](const RunSummary& run) {
        return boost::json::object{{"task_id", run.task_id},
                                   {"attempt", run.attempt},
                                   {"output_count", run.output_count},
                                   {"last_seq", run.last_seq}};
      },
      [](const RunSummary& run) { return make_cursor(run.task_id, run.attempt); });
}

AwaitableAnswer list_agents(Service& service, Request& request) {
  const auto query = read_names(request);
  if (!query) co_return std::unexpected(query.error());
  const auto found = co_await service.store.agents(*query, service.call_options());
  co_return summaries(
      "agents", found, query->limit,
      [](const AgentSummary& agent) {
        return boost::json::object{{"producer_agent", agent.producer_agent},
                                   {"output_count", agent.output_count},
                                   {"last_seq", agent.last_seq}};
      },
      [](const AgentSummary& agent) { return make_cursor(agent.producer_agent); });
}

AwaitableAnswer get_stats(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  if (auto allowed = may_read_run(request.claims, std::nullopt, std::nullopt); !allowed) {
    co_return std::unexpected(std::move(allowed.error()));
  }
  const auto stats = co_await service.store.stats(service.call_options());
  if (!stats) co_return refuse(stats.error());
  boost::json::array warnings;
  for (const auto& warning : stats->warnings) warnings.emplace_back(warning);
  const boost::json::object answer{{"backend", stats->backend},
                                   {"engine_version", stats->engine_version},
                                   {"output_count", stats->output_count},
                                   {"task_count", stats->task_count},
                                   {"agent_count", stats->agent_count},
                                   {"last_seq", stats->last_seq},
                                   {"database_bytes", stats->database_bytes},
                                   {"wal_bytes", stats->wal_bytes},
                                   {"warnings", std::move(warnings)}};
  co_return Response(boost::json::serialize(answer));
}

}  // namespace skep::http
