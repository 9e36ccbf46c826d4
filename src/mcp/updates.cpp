#include "mcp/updates.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace skep::mcp {
namespace {

// A page is held in memory with its bodies.
constexpr std::size_t kUpdateRows = 100;

}  // namespace

bool is_subscribable(const std::string& uri, const Scope& scope) {
  const auto name = uri.size() <= kMaxWordBytes ? parse_uri(uri) : std::nullopt;
  if (!name || !scope.may_read || std::holds_alternative<OutputRef>(*name)) return false;
  const auto* run = std::get_if<RunId>(&*name);
  // As it is spelled here, so that it is found again.
  return uri_of(*name) == uri && (run == nullptr || scope.sees(run->task_id, run->attempt));
}

Updates::Updates(const Service& service, Scope scope)
    : service_(service), scope_(std::move(scope)) {
  if (!scope_.sees_only_its_task) return;
  query_.task_id = scope_.task_id;
  query_.attempt = scope_.attempt;
}

void Updates::narrow(const std::set<std::string>& uris) {
  const auto name = uris.size() == 1 ? parse_uri(*uris.begin()) : std::nullopt;
  if (!name) return;
  if (const auto* run = std::get_if<RunId>(&*name)) {
    query_.task_id = run->task_id;
    query_.attempt = run->attempt;
  } else if (const auto* latest = std::get_if<LatestOf>(&*name)) {
    query_.producer_agent = latest->producer_agent;
  }
}

Awaitable<void> Updates::begin() {
  auto asking = service_.store.stats(CallOptions(service_.request_timeout));
  const auto stats = co_await std::move(asking);
  if (!stats) co_return std::unexpected(stats.error());
  begin_after(stats->last_seq);
  co_return Result<void>();
}

Awaitable<std::vector<std::string>> Updates::next(std::chrono::milliseconds wait) {
  query_.limit = kUpdateRows;
  auto following = service_.store.tail(query_, CallOptions(wait));
  const auto page = co_await std::move(following);
  std::vector<std::string> changed;
  if (!page && page.error().kind == ErrorKind::kTimedOut) co_return changed;
  if (!page) co_return std::unexpected(page.error());
  query_.after_seq = *page->next_after_seq;
  const auto tell = [&changed](std::string uri) {
    if (std::ranges::find(changed, uri) == changed.end()) changed.push_back(std::move(uri));
  };
  for (const OutputRecord& record : page->listing.records) {
    if (!scope_.sees(record)) continue;
    tell(uri_of(RunId(record.task_id, record.attempt)));
    tell(uri_of(LatestOf(record.producer_agent)));
  }
  co_return changed;
}

std::vector<std::string> wanted_of(std::vector<std::string> changed,
                                   const std::set<std::string>& uris) {
  std::erase_if(changed, [&uris](const std::string& uri) { return !uris.contains(uri); });
  return changed;
}

}  // namespace skep::mcp
