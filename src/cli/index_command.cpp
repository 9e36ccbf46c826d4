#include "cli/commands.hpp"
#include "cli/options.hpp"

#include <memory>
#include <string>

namespace skep::cli {
namespace {

Status index(Session& session, bool is_off) {
  if (session.store.url) {
    return usage_error("index: it works on a file, not on a server; name one with --db");
  }
  SqliteStoreOptions options;
  options.search = true;
  auto store = is_off ? session.open_existing(false) : session.open_or_create(options);
  if (!store) return failed(store.error());
  if (is_off) {
    session.out.line("search is off, and its index removed");
    return {};
  }
  // A search first indexes what is not yet.
  SearchQuery query("x");
  query.limit = 1;
  if (const auto page = store->search(std::move(query)); !page) return failed(page.error());
  const auto stats = store->stats();
  if (!stats) return failed(stats.error());
  session.out.line("search is on; " + std::to_string(stats->output_count) + " outputs are indexed");
  return {};
}

}  // namespace

void add_index(CLI::App& app, Session& session) {
  auto& command = add_command(app, "index", "Have the store keep an index for 'skep search'");
  const auto is_off = std::make_shared<bool>(false);
  command.add_flag("--off", *is_off, "Remove the index");
  command.footer(
      "Examples:\n"
      "  skep index --db swarm.db\n"
      "  skep index --off\n"
      "The file remembers it, and whoever opens it keeps the index up to date. docs/search.md "
      "tells\n"
      "what it costs.");
  command.callback([&session, is_off] {
    session.action = [&session, is_off] { return index(session, *is_off); };
  });
}

}  // namespace skep::cli
