#include <skep/search.hpp>

#include "json/timestamp.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace skep {
namespace {

boost::json::object to_value(const SearchHit& hit) {
  boost::json::array matches;
  for (const TextRange& match : hit.snippet.matches) {
    matches.push_back(boost::json::object{{"begin", match.begin}, {"length", match.length}});
  }
  boost::json::object value{
      {"id", hit.id.str()},
      {"task_id", hit.task_id},
      {"attempt", hit.attempt},
      {"producer_agent", hit.producer_agent},
      {"type", hit.type},
      {"seq", hit.seq},
      {"created_at", nullptr},
      {"score", hit.score},
      {"snippet", boost::json::object{{"text", hit.snippet.text},
                                      {"matches", std::move(matches)},
                                      {"is_cut_before", hit.snippet.is_cut_before},
                                      {"is_cut_after", hit.snippet.is_cut_after}}}};
  if (hit.created_at) value["created_at"] = json::format_timestamp(*hit.created_at);
  return value;
}

}  // namespace

std::string to_json(const SearchPage& page) {
  boost::json::array hits;
  for (const SearchHit& hit : page.hits) hits.push_back(to_value(hit));
  boost::json::object value{{"hits", std::move(hits)}, {"next_offset", nullptr}};
  if (page.next_offset) value["next_offset"] = *page.next_offset;
  return boost::json::serialize(value);
}

}  // namespace skep
