#include "sqlite/search.hpp"

#include "json/timestamp.hpp"
#include "search/matcher.hpp"
#include "search/snippet.hpp"
#include "search/tokens.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace skep::sqlite {
namespace {

// Numbers are ranked, not texts, which so are read of the page's rows alone.
constexpr const char* kFind =
    "SELECT found.number, found.score, r.id, r.task_id, r.attempt, r.producer_agent, r.type, "
    "r.seq, r.created_at FROM ("
    "SELECT s.number, -bm25(skep_search_index) AS score, s.seq FROM skep_search_index "
    "CROSS JOIN skep_search_rows AS s ON s.number = skep_search_index.rowid "
    "WHERE skep_search_index MATCH ?1 "
    "AND (?2 IS NULL OR s.task_id = ?2) AND (?3 IS NULL OR s.attempt = ?3) "
    "AND (?4 IS NULL OR s.producer_agent = ?4) AND (?5 IS NULL OR s.type = ?5) "
    "AND (?6 IS NULL OR s.created_at >= ?6) AND (?7 IS NULL OR s.created_at < ?7) "
    "ORDER BY score DESC, s.seq DESC LIMIT ?8 OFFSET ?9) AS found "
    "JOIN skep_search_rows AS r ON r.number = found.number "
    "ORDER BY found.score DESC, found.seq DESC";

std::string without_breaks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (;;) {
    const auto at = text.find(search::kBreak);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + search::kBreak.size());
  }
}

template <class T>
void bind_optional(Statement& statement, int parameter, const std::optional<T>& value) {
  if (value) {
    statement.bind(parameter, *value);
  } else {
    statement.bind_null(parameter);
  }
}

std::optional<std::int64_t> milliseconds(const std::optional<Timestamp>& time) {
  return time ? std::optional<std::int64_t>(time->time_since_epoch().count()) : std::nullopt;
}

SearchHit read_hit(const Statement& row) {
  SearchHit hit;
  hit.score = row.real(1);
  hit.id = OutputRef(std::string(row.text(2).value_or("")));
  hit.task_id = row.text(3).value_or("");
  hit.attempt = static_cast<std::uint32_t>(row.integer(4).value_or(0));
  hit.producer_agent = row.text(5).value_or("");
  hit.type = row.text(6).value_or("");
  hit.seq = row.integer(7).value_or(0);
  if (const auto created_at = row.integer(8)) {
    hit.created_at = Timestamp(std::chrono::milliseconds(*created_at));
  }
  return hit;
}

Result<Snippet> snippet_of(Connection& connection, std::int64_t number,
                           const search::Matcher& matcher, std::size_t max_chars) {
  auto statement = connection.prepare("SELECT text FROM skep_search_index WHERE rowid = ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, number);
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(ErrorKind::kCorrupt, "the index to search in lacks a text");
  const std::string text = without_breaks(statement->text(0).value_or(""));
  return search::make_snippet(text, matcher.ranges(text), max_chars);
}

}  // namespace

std::string to_fts5(const search::Words& words) {
  const auto any_of = [](const std::vector<search::Term>& terms) {
    std::string out;
    for (const search::Term& term : terms) {
      out += out.empty() ? "(" : " OR ";
      std::string text = search::with_breaks(term.text);
      std::ranges::replace(text, '"', ' ');
      out.append("\"").append(text).append(term.is_prefix ? "\" *" : "\"");
    }
    return out + ')';
  };
  std::string out;
  for (const search::AnyOf& group : words.all_of) {
    out += out.empty() ? "(" : " AND ";
    out += any_of(group);
  }
  out += ')';
  return words.none_of.empty() ? out : out + " NOT " + any_of(words.none_of);
}

Result<SearchPage> search(Connection& connection, const SearchQuery& query) {
  const auto words = search::parse_words(query.words);
  if (!words) return std::unexpected(words.error());
  const std::string match = to_fts5(*words);
  const search::Matcher matcher(*words);
  auto statement = connection.prepare(kFind);
  if (!statement) return std::unexpected(std::move(statement.error()));
  statement->bind(1, match);
  bind_optional(*statement, 2, query.task_id);
  bind_optional(*statement, 3,
                query.attempt ? std::optional<std::int64_t>(*query.attempt) : std::nullopt);
  bind_optional(*statement, 4, query.producer_agent);
  bind_optional(*statement, 5, query.type);
  bind_optional(*statement, 6, milliseconds(query.created_from));
  bind_optional(*statement, 7, milliseconds(query.created_before));
  statement->bind(8, static_cast<std::int64_t>(query.limit + 1));
  statement->bind(9, static_cast<std::int64_t>(query.offset));

  SearchPage page;
  for (;;) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return page;
    if (page.hits.size() == query.limit) {
      const std::size_t next = query.offset + query.limit;
      if (next <= kMaxSearchOffset) page.next_offset = next;
      return page;
    }
    page.hits.push_back(read_hit(*statement));
    if (query.snippet_chars == 0) continue;
    auto snippet =
        snippet_of(connection, statement->integer(0).value_or(0), matcher, query.snippet_chars);
    if (!snippet) return std::unexpected(std::move(snippet.error()));
    page.hits.back().snippet = std::move(*snippet);
  }
}

}  // namespace skep::sqlite
