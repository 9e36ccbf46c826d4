#include "remote/answers.hpp"
#include "remote/store.hpp"
#include "remote/target.hpp"
#include "slice/parameters.hpp"
#include "store/cancelled.hpp"
#include "store/follow.hpp"
#include "store/not_found.hpp"
#include "store/remaining.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace skep::remote {
namespace {

namespace asio = boost::asio;

// How long the server holds a request that waits for news: less than it gives any request.
constexpr std::chrono::seconds kWait{20};

// Between two such requests, should they be answered at once with nothing.
constexpr std::chrono::milliseconds kPause{200};

Target list_target(const ListQuery& query) {
  Target target("/v1/outputs");
  target.add("task_id", query.task_id)
      .add("attempt", query.attempt)
      .add("producer_agent", query.producer_agent)
      .add("type", query.type)
      .add("after_seq", std::max<std::int64_t>(query.after_seq, 0))
      .add("limit", query.limit);
  return target;
}

asio::awaitable<void> pause(CallOptions left) {
  const std::chrono::nanoseconds most = kPause;
  asio::steady_timer timer(co_await asio::this_coro::executor,
                           std::min(left.timeout.value_or(most), most));
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

Awaitable<OutputRecord> HttpStore::do_get(OutputRef ref, CallOptions options) {
  if (client_.closed()) co_return closed();
  // No record has an empty id, and no path an empty end.
  if (ref.str().empty()) co_return std::unexpected(not_found(ref.str()));
  Request message(Target("/v1/outputs").segment(ref.str()).text());
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, false, read_record);
}

Awaitable<OutputRecord> HttpStore::do_get_latest_by_name(std::string name, CallOptions options) {
  Request message(Target("/v1/latest").add("producer_agent", name).text());
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, false, read_record);
}

Awaitable<OutputRecord> HttpStore::do_get_latest_by_name_in_run(std::string task_id,
                                                                std::uint32_t attempt,
                                                                std::string name,
                                                                CallOptions options) {
  Target target("/v1/latest");
  target.add("producer_agent", name).add("task_id", task_id).add("attempt", attempt);
  Request message(target.text());
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, false, read_record);
}

Awaitable<Page> HttpStore::do_list(ListQuery query, CallOptions options) {
  Request message(list_target(query).text());
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, false, read_page);
}

Awaitable<Page> HttpStore::do_tail(ListQuery query, CallOptions options) {
  const auto start = std::chrono::steady_clock::now();
  const std::int64_t began_after = query.after_seq;
  for (;;) {
    const CallOptions left = remaining(options, start);
    // So that the answer, which may only say where to go on, comes within the time.
    const auto wait = left.timeout ? std::chrono::floor<std::chrono::seconds>(
                                         std::min<std::chrono::nanoseconds>(*left.timeout, kWait))
                                   : kWait;
    Request message(list_target(query).add("wait", wait.count()).text());
    message.waits = true;
    const auto asked = std::chrono::steady_clock::now();
    const auto answer = co_await client_.send(std::move(message), left);
    auto page = read(answer, false, read_page);
    if (!page) co_return ended(std::move(page.error()), began_after, query.after_seq);
    query.after_seq = end_of(*page, query.after_seq);
    if (!is_empty(*page)) {
      page->next_after_seq = query.after_seq;
      co_return page;
    }
    auto checked = check_cancelled(co_await asio::this_coro::cancellation_state);
    if (checked && std::chrono::steady_clock::now() - asked < kPause) {
      co_await pause(remaining(options, start));
      checked = check_cancelled(co_await asio::this_coro::cancellation_state);
    }
    if (!checked) co_return std::unexpected(std::move(checked.error()));
  }
}

Awaitable<std::vector<TaskSummary>> HttpStore::do_tasks(NameQuery query, CallOptions options) {
  Request message(Target("/v1/tasks").add("after", query.after).add("limit", query.limit).text());
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, false, read_tasks);
}

Awaitable<std::vector<RunSummary>> HttpStore::do_runs(RunQuery query, CallOptions options) {
  Target target("/v1/runs");
  target.add("task_id", query.task_id).add("limit", query.limit);
  if (query.after) {
    target.add("after_task_id", query.after->task_id).add("after_attempt", query.after->attempt);
  }
  Request message(target.text());
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, false, read_runs);
}

Awaitable<std::vector<AgentSummary>> HttpStore::do_agents(NameQuery query, CallOptions options) {
  Request message(Target("/v1/agents").add("after", query.after).add("limit", query.limit).text());
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, false, read_agents);
}

Awaitable<Lineage> HttpStore::do_lineage(OutputRef ref, LineageDirection direction,
                                         LineageQuery query, CallOptions options) {
  Target target("/v1/outputs");
  target.segment(ref.str())
      .segment(direction == LineageDirection::kAncestors ? "ancestors" : "descendants")
      .add("max_depth", query.max_depth)
      .add("max_count", query.max_count)
      .add("task_id", query.task_id)
      .add("attempt", query.attempt);
  Request message(target.text());
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, false, read_lineage);
}

Awaitable<StoreStats> HttpStore::do_stats(CallOptions options) {
  Request message("/v1/stats");
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, false, read_stats);
}

Awaitable<Slice> HttpStore::do_slice(OutputRef ref, SliceQuery query, CallOptions options) {
  if (client_.closed()) co_return closed();
  if (ref.str().empty()) co_return std::unexpected(not_found(ref.str()));
  Target target("/v1/outputs");
  target.segment(ref.str()).segment("slice");
  for (const auto& parameter : slice::to_parameters(query)) {
    target.add(parameter.name, std::string_view(parameter.value));
  }
  Request message(target.text());
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, false, read_slice);
}

}  // namespace skep::remote
