#include "cli/commands.hpp"
#include "cli/interruptible.hpp"
#include "cli/options.hpp"
#include "cli/progress_bar.hpp"
#include "cli/text.hpp"

#include <skep/migrate.hpp>

#include <boost/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace skep::cli {
namespace {

struct Places {
  std::string from;
  std::string to;
  std::optional<std::string> ca_file;
};

boost::json::object side_json(const MigrateSide& side) {
  return {{"record_count", side.record_count},
          {"damaged_count", side.damaged_count},
          {"blob_count", side.blob_count},
          {"blob_bytes", side.blob_bytes},
          {"sha256", side.sha256}};
}

std::string text_of(const MigrateSide& side) {
  std::string text = std::to_string(side.record_count) + " records, sha256 " + side.sha256;
  if (side.blob_count > 0) {
    text += ", " + std::to_string(side.blob_count) + " with a blob (" +
            human_bytes(side.blob_bytes) + ")";
  }
  if (side.damaged_count > 0) text += ", " + std::to_string(side.damaged_count) + " damaged";
  return text;
}

void print(Session& session, const MigrateReport& report) {
  if (session.json) {
    boost::json::array blob_errors(report.blob_errors.begin(), report.blob_errors.end());
    const boost::json::object answer{{"equal", report.equal()},
                                     {"added_count", report.added_count},
                                     {"present_count", report.present_count},
                                     {"blob_error_count", report.blob_error_count},
                                     {"blob_errors", std::move(blob_errors)},
                                     {"source", side_json(report.source)},
                                     {"target", side_json(report.target)}};
    session.out.line(boost::json::serialize(answer));
    return;
  }
  session.out.line("added " + std::to_string(report.added_count) + ", already present " +
                   std::to_string(report.present_count));
  session.out.line("source  " + text_of(report.source));
  session.out.line("target  " + text_of(report.target));
}

Status verdict(const MigrateReport& report) {
  if (report.equal()) return {};
  if (report.blob_error_count > 0) {
    return fail_with(ExitCode::kCorrupt, "records that came without their blob: " +
                                             std::to_string(report.blob_error_count) + "; " +
                                             one_line(report.blob_errors.front()));
  }
  if (report.source.damaged_count > 0) {
    return fail_with(ExitCode::kCorrupt, "damaged records that stayed in the source: " +
                                             std::to_string(report.source.damaged_count));
  }
  if (report.target.record_count > report.source.record_count) {
    return fail_with(ExitCode::kDifferent,
                     "the target holds other records besides those of the source");
  }
  return fail_with(ExitCode::kDifferent, "the target does not hold what the source does");
}

Status run_migration(Session& session, const Places& places) {
  Session from;
  from.store.ca_file = places.ca_file;
  from.store.token_variable = "SKEP_FROM_TOKEN";
  from.choose_store(places.from);
  Session to;
  to.store.ca_file = places.ca_file;
  to.store.token_variable = "SKEP_TO_TOKEN";
  to.choose_store(places.to);
  if (places.ca_file && !from.store.url && !to.store.url) {
    return usage_error("--ca-file goes with a server");
  }
  auto source = from.open_existing();
  if (!source) return failed(source.error());
  auto target = to.open_or_create();
  if (!target) return failed(target.error());
  std::optional<ProgressBar> bar;
  MigrateOptions options;
  options.on_progress = [&bar](std::uint64_t done, std::uint64_t total) {
    if (!bar) bar.emplace("migrating", total);
    bar->update(done);
    return !interrupted();
  };
  const auto report = run_interruptible(migrate(source->async(), target->async(), options));
  bar.reset();
  if (!report) return failed(report.error());
  print(session, *report);
  return verdict(*report);
}

}  // namespace

void add_migrate(CLI::App& app, Session& session) {
  auto& command = add_command(app, "migrate", "Copy all records and blobs of one store to another");
  const auto places = std::make_shared<Places>();
  command.add_option("FROM", places->from, "A file, or the URL of a server")->required();
  command.add_option("TO", places->to, "The same; a file is made if it is missing")->required();
  command.footer(
      "Refs and times stay as they are. What is there already, equal, is left alone, so one that\n"
      "broke off can be begun again. In the end both stores are read and compared: exit code 10 "
      "if\n"
      "they differ. A server needs a token with the scope admin, in SKEP_FROM_TOKEN or\n"
      "SKEP_TO_TOKEN, or else in SKEP_TOKEN; reading needs no more than read.\n"
      "Examples:\n"
      "  skep migrate old.db new.db\n"
      "  skep migrate swarm.db https://skep.example.org");
  command.callback([&session, places] {
    const bool names_a_store = session.store.database || session.store.url;
    if (!names_a_store) places->ca_file = std::exchange(session.store.ca_file, std::nullopt);
    session.action = [&session, places, names_a_store]() -> Status {
      if (names_a_store)
        return usage_error("'migrate' names both stores: leave out --db and --url");
      return run_migration(session, *places);
    };
  });
}

}  // namespace skep::cli
