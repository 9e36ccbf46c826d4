// What may stand for the {…} of a template.
#include "mcp/params.hpp"
#include "mcp/resources.hpp"
#include "mcp/store_error.hpp"
#include "mcp/uri.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace skep::mcp {
namespace {

// What the protocol allows in one answer.
constexpr std::size_t kMostValues = 100;

using Names = Result<std::vector<std::string>>;

// Those behind `prefix` in the order of bytes that begin with it; itself is not among them.
template <class Row>
std::vector<std::string> names_with(const std::string& prefix, const std::vector<Row>& page,
                                    std::string Row::* name) {
  std::vector<std::string> names;
  for (const Row& row : page) {
    if (!(row.*name).starts_with(prefix)) break;
    names.push_back(row.*name);
  }
  return names;
}

NameQuery names_after(const std::string& prefix) {
  NameQuery query;
  if (!prefix.empty()) query.after = prefix;
  query.limit = kMostValues + 1;
  return query;
}

boost::asio::awaitable<Names> tasks_with(const Call& call, const std::string& prefix) {
  auto asking = call.store().tasks(names_after(prefix), call.options());
  const auto page = co_await std::move(asking);
  if (!page) co_return std::unexpected(page.error());
  auto names = names_with(prefix, *page, &TaskSummary::task_id);
  RunQuery itself;
  itself.task_id = prefix;
  itself.limit = 1;
  auto looking = call.store().runs(std::move(itself), call.options());
  const auto runs = co_await std::move(looking);
  if (runs && !runs->empty() && !prefix.empty()) names.insert(names.begin(), prefix);
  co_return names;
}

boost::asio::awaitable<Names> agents_with(const Call& call, const std::string& prefix) {
  auto asking = call.store().agents(names_after(prefix), call.options());
  const auto page = co_await std::move(asking);
  if (!page) co_return std::unexpected(page.error());
  auto names = names_with(prefix, *page, &AgentSummary::producer_agent);
  auto looking = call.store().get_latest_by_name(prefix, call.options());
  const auto itself = co_await std::move(looking);
  if (itself && !prefix.empty()) names.insert(names.begin(), prefix);
  co_return names;
}

boost::asio::awaitable<Names> attempts_with(const Call& call, const std::string& prefix,
                                            const std::optional<std::string>& task) {
  std::vector<std::string> attempts;
  if (!task) co_return attempts;
  RunQuery query;
  query.task_id = task;
  query.limit = kMaxPageCount;
  auto operation = call.store().runs(std::move(query), call.options());
  const auto runs = co_await std::move(operation);
  if (!runs) co_return std::unexpected(runs.error());
  for (const RunSummary& run : *runs) {
    std::string attempt = std::to_string(run.attempt);
    if (attempt.starts_with(prefix)) attempts.push_back(std::move(attempt));
  }
  co_return attempts;
}

// The newest refs.
boost::asio::awaitable<Names> refs_with(const Call& call, const std::string& prefix) {
  auto asking = call.store().stats(call.options());
  const auto stats = co_await std::move(asking);
  if (!stats) co_return std::unexpected(stats.error());
  ListQuery query;
  query.limit = kMostValues;
  query.after_seq = std::max<std::int64_t>(0, stats->last_seq - static_cast<int>(kMostValues));
  auto operation = call.store().list(std::move(query), call.options());
  const auto page = co_await std::move(operation);
  if (!page) co_return std::unexpected(page.error());
  std::vector<std::string> refs;
  for (const OutputRecord& record : page->listing.records) {
    if (record.id.str().starts_with(prefix)) refs.push_back(record.id.str());
  }
  std::ranges::reverse(refs);
  co_return refs;
}

JsonObject completion_of(std::vector<std::string> names) {
  const bool has_more = names.size() > kMostValues;
  if (has_more) names.resize(kMostValues);
  JsonArray values(names.begin(), names.end());
  JsonObject completion;
  completion["values"] = std::move(values);
  completion["hasMore"] = has_more;
  JsonObject result;
  result["completion"] = std::move(completion);
  return result;
}

struct Wanted {
  std::string uri;
  std::string name;
  std::string prefix;
  std::optional<std::string> task;
};

std::optional<Wanted> read_wanted(const JsonObject& params) {
  const JsonObject* ref = object_of(params, "ref");
  const JsonObject* argument = object_of(params, "argument");
  if (ref == nullptr || argument == nullptr || text_of(*ref, "type") != "ref/resource") {
    return std::nullopt;
  }
  const auto uri = text_of(*ref, "uri");
  const auto name = text_of(*argument, "name");
  const auto prefix = text_of(*argument, "value");
  if (!uri || !name || !prefix) return std::nullopt;
  Wanted wanted{*uri, *name, *prefix, std::nullopt};
  const JsonObject* context = object_of(params, "context");
  const JsonObject* given = context != nullptr ? object_of(*context, "arguments") : nullptr;
  if (given != nullptr) wanted.task = text_of(*given, "task");
  return wanted;
}

}  // namespace

AwaitableRpc complete(const Call& call, const JsonObject& params) {
  const auto wanted = read_wanted(params);
  if (!wanted) {
    co_return rpc_fail(RpcCode::kInvalidParams,
                       "'ref' must name a resource template, 'argument' its name and value");
  }
  // Of other tasks it learns nothing, not even names.
  if (call.scope.sees_only_its_task || !call.scope.may_read) co_return completion_of({});
  Names names;
  if (wanted->uri == kOutputTemplate && wanted->name == "ref") {
    auto finding = refs_with(call, wanted->prefix);
    names = co_await std::move(finding);
  } else if (wanted->uri == kRunTemplate && wanted->name == "task") {
    auto finding = tasks_with(call, wanted->prefix);
    names = co_await std::move(finding);
  } else if (wanted->uri == kRunTemplate && wanted->name == "attempt") {
    auto finding = attempts_with(call, wanted->prefix, wanted->task);
    names = co_await std::move(finding);
  } else if (wanted->uri == kLatestTemplate && wanted->name == "agent") {
    auto finding = agents_with(call, wanted->prefix);
    names = co_await std::move(finding);
  } else {
    co_return rpc_fail(RpcCode::kInvalidParams, "no template here has that argument");
  }
  if (!names) co_return std::unexpected(rpc_error_of(names.error()));
  co_return completion_of(std::move(*names));
}

}  // namespace skep::mcp
