// search_outputs: outputs by the words in them.
#include "mcp/run_filter.hpp"
#include "mcp/tools.hpp"

#include <utility>

namespace skep::mcp {
namespace {

constexpr std::size_t kDefaultHits = 10;

ToolResult table_of_hits(const SearchPage& page, const std::string& words,
                         const RunFilter& filter) {
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
    const std::string cursor =
        cursor_of(filter, {{"words", words}, {"offset", std::to_string(*page.next_offset)}});
    result.text += "More: call search_outputs with cursor \"" + cursor + "\".\n";
    result.structured["cursor"] = cursor;
  }
  return result;
}

}  // namespace

AwaitableResult search_outputs(const Call& call, const JsonObject& object) {
  Arguments arguments(object,
                      {"words", "task_id", "attempt", "producer_agent", "type", "limit", "cursor"});
  auto words = arguments.text("words");
  Form position;
  const RunFilter filter = read_run_filter(arguments, call.scope, position);
  const auto limit = arguments.number("limit", 1, kMaxSearchLimit);
  std::optional<std::uint64_t> offset = 0;
  if (!position.empty()) {
    const auto earlier = value_of(position, "words");
    if (words && words != earlier) arguments.refuse("'words' were others for that cursor");
    words = earlier;
    offset = parse_number(value_of(position, "offset").value_or(""), kMaxSearchOffset);
    if (!offset) arguments.refuse("'cursor' is not the cursor of an answer of this tool");
  }
  if (!words) arguments.refuse("'words' is missing");
  if (arguments.error()) co_return std::unexpected(*arguments.error());
  SearchQuery query(*words);
  query.task_id = filter.task_id;
  query.attempt = filter.attempt;
  query.producer_agent = filter.producer_agent;
  query.type = filter.type;
  query.limit = limit.value_or(kDefaultHits);
  query.offset = *offset;
  auto operation = call.store().search(std::move(query), call.options());
  const auto page = co_await std::move(operation);
  if (!page) co_return std::unexpected(page.error());
  co_return table_of_hits(*page, *words, filter);
}

}  // namespace skep::mcp
