#include "cli/commands.hpp"
#include "cli/damage_report.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/progress_bar.hpp"
#include "cli/replaced_file.hpp"

#include <skep/run_export.hpp>

#include <boost/json.hpp>

#include <memory>

namespace skep::cli {
namespace {

struct ExportCommandOptions {
  std::optional<std::string> file;
  std::optional<std::string> format;
  std::optional<std::string> task;
  std::optional<std::uint32_t> attempt;
  bool bodies = false;
};

// Gives how many records were written.
OrFailure<std::uint64_t> write_all(BlockingStore& store, const ExportOptions& options, Output& out,
                                   DamageReport& damage) {
  std::optional<std::uint64_t> total;
  if (ProgressBar::is_shown() && !options.task_id) {
    if (const auto stats = store.stats()) total = stats->output_count;
  }
  ProgressBar bar("exporting", total);
  RunExport source(store.async(), options);
  while (out.ok()) {
    if (interrupted()) return fail_with(ExitCode::kInterrupted, "interrupted");
    const auto piece = store.next_piece(source);
    if (!piece) return failed(piece.error());
    if (!*piece) break;
    out.write(**piece);
    damage.add(source.take_damaged());
    bar.update(source.record_count());
  }
  if (auto finished = out.finish(); !finished) return failed(finished.error());
  return source.record_count();
}

Status export_to_file(Session& session, BlockingStore& store, const std::string& path,
                      const ExportOptions& options, DamageReport& damage) {
  auto file = ReplacedFile::open(path);
  if (!file) return failed(file.error());
  Output out(file->descriptor(), "'" + path + "'");
  const auto count = write_all(store, options, out, damage);
  if (!count) return failed(count.error());
  if (auto committed = file->commit(); !committed) return committed;
  if (session.json) {
    const boost::json::object answer{{"exported", *count}, {"file", path}};
    session.out.line(boost::json::serialize(answer));
  } else {
    session.out.line("exported " + std::to_string(*count) + (*count == 1 ? " record" : " records"));
  }
  return {};
}

OrFailure<ExportOptions> read_options(const ExportCommandOptions& given) {
  if (given.attempt && !given.task) return usage_error("--attempt needs --task");
  ExportOptions options(*export_format_from(given.format.value_or("ndjson")));
  if (given.bodies && options.format != ExportFormat::kOtlp) {
    return usage_error("--bodies goes with --format otlp");
  }
  options.task_id = given.task;
  options.attempt = given.attempt;
  options.with_bodies = given.bodies;
  return options;
}

Status export_records(Session& session, const ExportCommandOptions& given) {
  const auto options = read_options(given);
  if (!options) return failed(options.error());
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  DamageReport damage;
  const std::string path = given.file.value_or("-");
  if (path == "-") {
    const auto count = write_all(*store, *options, session.out, damage);
    if (!count) return failed(count.error());
  } else if (auto written = export_to_file(session, *store, path, *options, damage); !written) {
    return written;
  }
  session.out.flush();
  return damage.finish();
}

}  // namespace

void add_export(CLI::App& app, Session& session) {
  auto& command = add_command(app, "export", "Write records, as NDJSON or for other tools");
  const auto options = std::make_shared<ExportCommandOptions>();
  add_text(command, "FILE", options->file,
           "Where to; it appears whole or not at all ('-', or nothing: stdout)");
  add_text(command, "--format", options->format,
           "ndjson (default), openlineage (events), or otlp (OpenTelemetry spans)")
      .check(CLI::IsMember({"ndjson", "openlineage", "otlp"}))
      ->type_name("FORMAT");
  add_text(command, "--task", options->task, "Only of this task").type_name("ID");
  add_attempt(command, options->attempt, "Only of this attempt at the task");
  command.add_flag("--bodies", options->bodies, "Put bodies into spans, up to 64 KiB each");
  command.footer(
      "Examples:\n"
      "  skep export backup.ndjson\n"
      "  skep export | gzip > backup.ndjson.gz\n"
      "  skep export --format openlineage --task bees > events.ndjson\n"
      "  skep export --format otlp --task bees --attempt 1 |\n"
      "    curl -H 'Content-Type: application/json' --data-binary @- localhost:4318/v1/traces");
  command.callback([&session, options] {
    session.action = [&session, options] { return export_records(session, *options); };
  });
}

}  // namespace skep::cli
