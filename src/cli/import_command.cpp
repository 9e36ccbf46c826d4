#include "cli/commands.hpp"
#include "cli/import_sources.hpp"
#include "cli/options.hpp"

#include <boost/json.hpp>

#include <memory>

namespace skep::cli {
namespace {

constexpr const char* kWhoAndWhen = "who-and-when";

struct ImportOptions {
  std::optional<std::string> source;
  std::optional<std::string> format;
};

Status import_ndjson(Session& session, const std::string& source) {
  const auto result = import_ndjson_file(session, source);
  if (!result) return failed(result.error());
  if (session.json) {
    const boost::json::object answer{{"added", result->added_count},
                                     {"present", result->present_count}};
    session.out.line(boost::json::serialize(answer));
  } else {
    session.out.line("added " + std::to_string(result->added_count) + ", already present " +
                     std::to_string(result->present_count));
  }
  return {};
}

Status import_who_and_when(Session& session, const std::string& directory) {
  const auto result = import_data_set(session, directory);
  if (!result) return failed(result.error());
  if (session.json) {
    const boost::json::object answer{{"runs", result->run_count},
                                     {"outputs", result->output_count},
                                     {"annotations", result->run_count},
                                     {"added", result->records.added_count},
                                     {"present", result->records.present_count}};
    session.out.line(boost::json::serialize(answer));
  } else {
    session.out.line(std::to_string(result->run_count) + " runs, " +
                     std::to_string(result->output_count) + " agent outputs, " +
                     std::to_string(result->run_count) + " annotations: added " +
                     std::to_string(result->records.added_count) + ", already present " +
                     std::to_string(result->records.present_count));
  }
  return {};
}

}  // namespace

void add_import(CLI::App& app, Session& session) {
  auto& command = add_command(app, "import", "Read records, keeping their refs");
  const auto options = std::make_shared<ImportOptions>();
  add_text(command, "SOURCE", options->source,
           "An NDJSON file ('-': stdin), or a data set's folder")
      .required();
  add_text(command, "--from", options->format, "ndjson (default), or who-and-when")
      .check(CLI::IsMember({"ndjson", kWhoAndWhen}))
      ->type_name("FORMAT");
  command.footer(
      "Examples:\n"
      "  skep import backup.ndjson\n"
      "  zcat backup.ndjson.gz | skep import -\n"
      "  skep import --from who-and-when data/who-and-when\n"
      "Importing the same again adds nothing.");
  command.callback([&session, options] {
    session.action = [&session, options] {
      return options->format == kWhoAndWhen ? import_who_and_when(session, *options->source)
                                            : import_ndjson(session, *options->source);
    };
  });
}

}  // namespace skep::cli
