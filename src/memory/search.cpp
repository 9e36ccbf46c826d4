#include "memory/search.hpp"

#include "search/snippet.hpp"
#include "search/text.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace skep::memory {
namespace {

// Some milliseconds, if texts are long.
constexpr std::size_t kMatchesAtOnce = 20;

template <class T>
bool agrees(const std::optional<T>& wanted, const T& value) {
  return !wanted || *wanted == value;
}

SearchHit hit_of(const OutputRecord& record, double score) {
  SearchHit hit;
  hit.id = record.id;
  hit.task_id = record.task_id;
  hit.attempt = record.attempt;
  hit.producer_agent = record.producer_agent;
  hit.type = type_of(record.event);
  hit.seq = record.seq;
  hit.created_at = record.created_at;
  hit.score = score;
  return hit;
}

}  // namespace

Search::Search(SearchQuery query, std::int64_t last_seq)
    : query_(std::move(query)),
      last_seq_(last_seq),
      matcher_(search::parse_words(query_.words).value()) {
  next_.limit = kMatchesAtOnce;
}

bool Search::passes(const OutputRecord& record) const {
  const auto& [from, before] = std::pair(query_.created_from, query_.created_before);
  if ((from || before) && !record.created_at) return false;
  return agrees(query_.task_id, record.task_id) && agrees(query_.attempt, record.attempt) &&
         agrees(query_.producer_agent, record.producer_agent) &&
         agrees(query_.type, std::string(type_of(record.event))) &&
         (!from || *record.created_at >= *from) && (!before || *record.created_at < *before);
}

bool Search::look(const RecordPage& page) {
  for (const RecordPtr& record : page.records) {
    // Those that the filters leave out count for the scores.
    auto found = matcher_.look(search::searchable_text(record->event));
    if (found.is_match && passes(*record)) candidates_.push_back({record, std::move(found)});
  }
  next_.after_seq = page.next_after_seq.value_or(last_seq_);
  return next_.after_seq < last_seq_;
}

SearchPage Search::take() const {
  std::vector<std::pair<double, const OutputRecord*>> ranked;
  ranked.reserve(candidates_.size());
  for (const Candidate& candidate : candidates_) {
    ranked.emplace_back(matcher_.score(candidate.found), candidate.record.get());
  }
  const auto end = std::min(ranked.size(), query_.offset + query_.limit);
  std::ranges::partial_sort(
      ranked, ranked.begin() + static_cast<std::ptrdiff_t>(end), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second->seq > b.second->seq;
      });
  SearchPage page;
  for (std::size_t i = query_.offset; i < end; ++i) {
    const auto& [score, record] = ranked[i];
    const std::string text = search::searchable_text(record->event);
    page.hits.push_back(hit_of(*record, score));
    page.hits.back().snippet =
        search::make_snippet(text, matcher_.ranges(text), query_.snippet_chars);
  }
  if (end < ranked.size() && end <= kMaxSearchOffset) page.next_offset = end;
  return page;
}

}  // namespace skep::memory
