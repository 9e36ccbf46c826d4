// Finding outputs by their words.
#include "http/filter.hpp"
#include "http/handlers.hpp"
#include "json/timestamp.hpp"

#include <skep/search.hpp>

#include <string>
#include <utility>

namespace skep::http {
namespace {

OrProblem<std::optional<Timestamp>> read_time(const Query& query, std::string_view name) {
  const std::string* text = query.find(name);
  if (text == nullptr) return std::nullopt;
  if (auto time = json::parse_time(*text)) return time;
  return bad_request("the parameter '" + std::string(name) +
                     "' must be a time like 2026-11-24T13:20:00.123Z, or a day, in UTC");
}

OrProblem<void> read_number(const Query& query, std::string_view name, std::size_t min,
                            std::size_t max, std::size_t& number) {
  const auto given = query.number(name, min, max);
  if (!given) return std::unexpected(given.error());
  if (*given) number = static_cast<std::size_t>(**given);
  return {};
}

OrProblem<SearchQuery> read_query(const Request& request) {
  const Query& query = request.query;
  if (auto known =
          query.expect({"q", "task_id", "attempt", "producer_agent", "type", "created_from",
                        "created_before", "limit", "offset", "snippet_chars"});
      !known) {
    return std::unexpected(std::move(known.error()));
  }
  auto words = query.required("q");
  if (!words) return std::unexpected(std::move(words.error()));
  SearchQuery search(std::move(*words));
  auto filter = read_filter(query, request.claims);
  if (!filter) return std::unexpected(std::move(filter.error()));
  search.task_id = std::move(filter->task_id);
  search.attempt = filter->attempt;
  search.producer_agent = std::move(filter->producer_agent);
  search.type = std::move(filter->type);
  const auto from = read_time(query, "created_from");
  if (!from) return std::unexpected(from.error());
  search.created_from = *from;
  const auto before = read_time(query, "created_before");
  if (!before) return std::unexpected(before.error());
  search.created_before = *before;
  auto numbers = read_number(query, "limit", 1, kMaxSearchLimit, search.limit);
  if (numbers) numbers = read_number(query, "offset", 0, kMaxSearchOffset, search.offset);
  if (numbers) {
    numbers = read_number(query, "snippet_chars", 0, kMaxSnippetChars, search.snippet_chars);
  }
  if (!numbers) return std::unexpected(std::move(numbers.error()));
  return search;
}

}  // namespace

AwaitableAnswer search_outputs(Service& service, Request& request) {
  auto query = read_query(request);
  if (!query) co_return std::unexpected(std::move(query.error()));
  auto operation = service.store.search(std::move(*query), service.call_options());
  const auto page = co_await std::move(operation);
  if (!page) co_return refuse(page.error());
  co_return Response(to_json(*page));
}

}  // namespace skep::http
