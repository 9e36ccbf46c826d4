#include "json/timestamp.hpp"
#include "remote/answers.hpp"
#include "remote/members.hpp"
#include "remote/store.hpp"
#include "remote/target.hpp"

#include <boost/json/parse.hpp>

#include <exception>
#include <utility>

namespace skep::remote {
namespace {

std::optional<std::string> time_text(const std::optional<Timestamp>& time) {
  return time ? std::optional(skep::json::format_timestamp(*time)) : std::nullopt;
}

Snippet read_snippet(const boost::json::object& object) {
  Snippet snippet;
  snippet.text = string_at(object, "text");
  for (const boost::json::value& item : object.at("matches").as_array()) {
    const boost::json::object& match = item.as_object();
    snippet.matches.push_back({size_at(match, "begin"), size_at(match, "length")});
  }
  snippet.is_cut_before = object.at("is_cut_before").as_bool();
  snippet.is_cut_after = object.at("is_cut_after").as_bool();
  return snippet;
}

SearchHit read_hit(const boost::json::object& object) {
  SearchHit hit;
  hit.id = OutputRef(string_at(object, "id"));
  hit.task_id = string_at(object, "task_id");
  hit.attempt = object.at("attempt").to_number<std::uint32_t>();
  hit.producer_agent = string_at(object, "producer_agent");
  hit.type = string_at(object, "type");
  hit.seq = object.at("seq").to_number<std::int64_t>();
  if (!object.at("created_at").is_null()) {
    hit.created_at = skep::json::parse_timestamp(string_at(object, "created_at"));
  }
  hit.score = object.at("score").to_number<double>();
  hit.snippet = read_snippet(object.at("snippet").as_object());
  return hit;
}

SearchPage page_of(const boost::json::object& object) {
  SearchPage page;
  for (const boost::json::value& hit : object.at("hits").as_array()) {
    page.hits.push_back(read_hit(hit.as_object()));
  }
  if (!object.at("next_offset").is_null()) page.next_offset = size_at(object, "next_offset");
  return page;
}

}  // namespace

Result<SearchPage> read_search_page(std::string_view text) try {
  const boost::json::value value =
      boost::json::parse(boost::json::string_view(text.data(), text.size()));
  return page_of(value.as_object());
} catch (const std::exception& exception) {
  return fail(ErrorKind::kInternal,
              std::string("the server's answer makes no sense: ") + exception.what());
}

Awaitable<SearchPage> HttpStore::do_search(SearchQuery query, CallOptions options) {
  Target target("/v1/search");
  target.add("q", std::string_view(query.words))
      .add("task_id", query.task_id)
      .add("attempt", query.attempt)
      .add("producer_agent", query.producer_agent)
      .add("type", query.type)
      .add("created_from", time_text(query.created_from))
      .add("created_before", time_text(query.created_before))
      .add("limit", query.limit)
      .add("offset", query.offset)
      .add("snippet_chars", query.snippet_chars);
  Request message(target.text());
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, false, read_search_page);
}

}  // namespace skep::remote
