#include "cli/commands.hpp"
#include "cli/lifetime.hpp"
#include "cli/options.hpp"
#include "cli/text.hpp"

#include <boost/json.hpp>

#include <memory>

namespace skep::cli {
namespace {

struct CollectOptions {
  std::optional<std::string> grace;
  bool no_grace = false;
  bool dry_run = false;
};

std::string files(std::uint64_t count, std::uint64_t bytes) {
  return std::to_string(count) + (count == 1 ? " file, " : " files, ") + human_bytes(bytes);
}

Status collect(Session& session, const CollectOptions& options) {
  BlobCollectQuery query;
  query.dry_run = options.dry_run;
  if (options.no_grace) query.grace = query.grace.zero();
  if (options.grace) {
    const auto grace = parse_lifetime("--grace", *options.grace);
    if (!grace) return failed(grace.error());
    if (!*grace) return usage_error("--grace never would remove nothing: leave the command out");
    query.grace = **grace;
  }
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  const auto collection = store->collect_blobs(query);
  if (!collection) return failed(collection.error());
  if (session.json) {
    session.out.line(boost::json::serialize(
        boost::json::object{{"dry_run", options.dry_run},
                            {"removed_count", collection->removed_count},
                            {"removed_bytes", collection->removed_bytes},
                            {"unfinished_count", collection->unfinished_count},
                            {"unfinished_bytes", collection->unfinished_bytes},
                            {"kept_count", collection->kept_count},
                            {"kept_bytes", collection->kept_bytes}}));
    return {};
  }
  const std::string verb = options.dry_run ? "would remove " : "removed ";
  session.out.line(verb + files(collection->removed_count, collection->removed_bytes) +
                   " that no output names");
  if (collection->unfinished_count > 0) {
    session.out.line(verb + files(collection->unfinished_count, collection->unfinished_bytes) +
                     " of uploads that never ended");
  }
  session.out.line("kept " + files(collection->kept_count, collection->kept_bytes));
  return {};
}

}  // namespace

void add_collect(CLI::App& app, Session& session) {
  auto& command = add_command(app, "collect", "Remove the files of blobs that no output names");
  const auto options = std::make_shared<CollectOptions>();
  command.add_flag("--dry-run", options->dry_run, "Only say what would be removed");
  add_text(command, "--grace", options->grace,
           "Keep what was written in the last so long, as 90s, 15m, 12h or 30d (default 1h)")
      .type_name("TIME");
  command
      .add_flag("--no-grace", options->no_grace,
                "Keep nothing for its age: for a store that nobody writes to")
      ->excludes("--grace");
  command.footer("Example:\n  skep collect --dry-run");
  command.callback([&session, options] {
    session.action = [&session, options] { return collect(session, *options); };
  });
}

}  // namespace skep::cli
