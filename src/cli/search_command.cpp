#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/lifetime.hpp"
#include "cli/options.hpp"
#include "cli/record_table.hpp"
#include "cli/report.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "cli/time_text.hpp"
#include "json/timestamp.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace skep::cli {
namespace {

struct SearchOptions {
  std::vector<std::string> words;
  RecordFilter filter;
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<std::size_t> limit;
  std::optional<std::size_t> offset;
};

// A time, or how long ago.
OrFailure<std::optional<Timestamp>> read_time(const std::string& option,
                                              const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  if (auto time = json::parse_time(*text)) return time;
  const auto ago = parse_lifetime(option, *text);
  if (!ago || !*ago) {
    return usage_error(option + ": '" + *text +
                       "' is neither a time like 2026-11-24 or 2026-11-24T13:20Z, nor how long "
                       "ago, like 15m, 12h or 30d");
  }
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) - **ago;
}

OrFailure<SearchQuery> query_of(const Session& session, const SearchOptions& options) {
  SearchQuery query;
  for (const std::string& words : options.words) {
    if (!query.words.empty()) query.words += ' ';
    query.words += words;
  }
  auto filter = options.filter.query();
  if (!filter) return std::unexpected(std::move(filter.error()));
  query.task_id = std::move(filter->task_id);
  query.attempt = filter->attempt;
  query.producer_agent = std::move(filter->producer_agent);
  query.type = std::move(filter->type);
  auto since = read_time("--since", options.since);
  if (!since) return std::unexpected(std::move(since.error()));
  query.created_from = *since;
  auto until = read_time("--until", options.until);
  if (!until) return std::unexpected(std::move(until.error()));
  query.created_before = *until;
  query.limit = options.limit.value_or(query.limit);
  query.offset = options.offset.value_or(query.offset);
  // Two lines of the terminal.
  if (!session.json) query.snippet_chars = std::min(2 * output_width(), kMaxSnippetChars);
  return query;
}

std::string marked(const Snippet& snippet) {
  const std::string_view text = snippet.text;
  std::string out = snippet.is_cut_before ? "… " : "";
  std::size_t at = 0;
  for (const TextRange& match : snippet.matches) {
    out += one_line(text.substr(at, match.begin - at));
    out += bold(one_line(text.substr(match.begin, match.length)));
    at = match.begin + match.length;
  }
  out += one_line(text.substr(at));
  return out + (snippet.is_cut_after ? " …" : "");
}

void show(Session& session, const SearchHit& hit) {
  std::string heading = one_line(hit.id.str()) + "  " + bold(one_line(hit.producer_agent)) + "  " +
                        hit.type + "  " + one_line(hit.task_id) + '/' + std::to_string(hit.attempt);
  if (hit.created_at) {
    heading += "  " + dim(time_text(std::chrono::floor<std::chrono::seconds>(*hit.created_at)));
  }
  session.out.line(heading);
  session.out.line("  " + marked(hit.snippet));
}

std::string next_command(const Session& session, const SearchOptions& options, std::size_t offset) {
  std::string command = "skep search";
  const auto add = [&command](std::string_view name, const auto& value) {
    if (value) command += option_text(name, *value);
  };
  add("task", options.filter.task);
  if (options.filter.attempt) {
    command += option_text("attempt", std::to_string(*options.filter.attempt));
  }
  add("agent", options.filter.agent);
  add("type", options.filter.type);
  add("since", options.since);
  add("until", options.until);
  if (options.limit) command += option_text("limit", std::to_string(*options.limit));
  command += option_text("offset", std::to_string(offset)) + store_options_text(session.store);
  command += " --";
  for (const std::string& words : options.words) command += ' ' + shell_word(words);
  return command;
}

Status search(Session& session, const SearchOptions& options) {
  auto query = query_of(session, options);
  if (!query) return failed(query.error());
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  const auto page = store->search(std::move(*query));
  if (!page) return failed(page.error());
  if (session.json) {
    session.out.line(to_json(*page));
    return {};
  }
  for (const SearchHit& hit : page->hits) show(session, hit);
  session.out.flush();
  if (page->hits.empty()) report("nothing found");
  if (page->next_offset) {
    report("there is more: " + next_command(session, options, *page->next_offset));
  }
  return {};
}

}  // namespace

void add_search(CLI::App& app, Session& session) {
  auto& command = add_command(app, "search", "Find outputs by the words in them");
  const auto options = std::make_shared<SearchOptions>();
  command
      .add_option("WORDS", options->words,
                  "Words that must all be there; \"a phrase\", -not, pre*, this OR that")
      ->required();
  add_filter(command, options->filter);
  add_text(command, "--since", options->since, "Stored then or later: a time (UTC), or 12h ago")
      .type_name("TIME");
  add_text(command, "--until", options->until, "Stored before then").type_name("TIME");
  add_count(command, "--limit", options->limit, "Outputs to show, 1 to 100 (default 20)");
  add_count(command, "--offset", options->offset, "Better ones to pass over");
  command.footer(
      "Examples:\n"
      "  skep search waggle dance\n"
      "  skep search '\"waggle dance\" OR foraging -wasp' --type final --since 7d\n"
      "  skep search 'pollinat*' --task bees --json | jq -r '.hits[].id'\n"
      "The best come first. The store must keep an index: see 'skep index'. A word that begins "
      "with a\n"
      "dash goes into one argument with others, or after '--'.");
  command.callback([&session, options] {
    session.action = [&session, options] { return search(session, *options); };
  });
}

}  // namespace skep::cli
