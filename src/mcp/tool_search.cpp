// search_outputs: outputs by the words in them.
#include "mcp/run_filter.hpp"
#include "mcp/tools.hpp"
#include "mcp/uri.hpp"

#include <utility>

namespace skep::mcp {
namespace {

constexpr std::size_t kDefaultHits = 10;

ToolResult table_of_hits(const SearchPage& page) {
  ToolResult result;
  JsonArray hits;
  for (const SearchHit& hit : page.hits) {
    result.text += hit.id.str() + " " + hit.producer_agent + " " + hit.type + " (task_id \"" +
                   hit.task_id + "\", attempt " + std::to_string(hit.attempt) +
                   "): " + (hit.snippet.is_cut_before ? "…" : "") + hit.snippet.text +
                   (hit.snippet.is_cut_after ? "…" : "") + "\n";
    JsonObject row{{"ref", hit.id.str()}, {"producer_agent", hit.producer_agent}};
    row["task_id"] = hit.task_id;
    row["attempt"] = hit.attempt;
    row["type"] = hit.type;
    row["snippet"] = hit.snippet.text;
    hits.push_back(std::move(row));
  }
  if (hits.empty()) result.text = "Nothing has all these words.\n";
  result.structured["hits"] = std::move(hits);
  if (page.next_offset) {
    const std::string cursor = std::to_string(*page.next_offset);
    result.structured["cursor"] = cursor;
    result.text += "More: call again with cursor \"" + cursor + "\".\n";
  }
  return result;
}

}  // namespace

AwaitableResult search_outputs(const Call& call, const JsonObject& object) {
  Arguments arguments(object,
                      {"words", "task_id", "attempt", "producer_agent", "type", "limit", "cursor"});
  auto words = arguments.text("words");
  if (!words) arguments.refuse("'words' is missing");
  RunFilter filter = read_run_filter(arguments, call.scope);
  const auto limit = arguments.number("limit", 1, kMaxSearchLimit);
  std::optional<std::uint64_t> offset = 0;
  if (const auto cursor = arguments.text("cursor")) {
    offset = parse_number(*cursor, kMaxSearchOffset);
    if (!offset) arguments.refuse("'cursor' is not the cursor of an answer of this tool");
  }
  if (arguments.error()) co_return std::unexpected(*arguments.error());
  SearchQuery query(std::move(*words));
  query.task_id = std::move(filter.task_id);
  query.attempt = filter.attempt;
  query.producer_agent = std::move(filter.producer_agent);
  query.type = std::move(filter.type);
  query.limit = limit.value_or(kDefaultHits);
  query.offset = *offset;
  auto operation = call.store().search(std::move(query), call.options());
  const auto page = co_await std::move(operation);
  if (!page) co_return std::unexpected(page.error());
  co_return table_of_hits(*page);
}

}  // namespace skep::mcp
