#include "cli/commands.hpp"
#include "cli/damage_report.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/progress_bar.hpp"
#include "cli/replaced_file.hpp"
#include "interchange/ndjson.hpp"

#include <boost/json.hpp>

#include <memory>

namespace skep::cli {
namespace {

OrFailure<interchange::ExportResult> write_all(BlockingStore& store, Output& out) {
  std::optional<std::uint64_t> total;
  if (ProgressBar::is_shown()) {
    if (const auto stats = store.stats()) total = stats->output_count;
  }
  ProgressBar bar("exporting", total);
  const auto sink = [&out](std::string_view bytes) {
    out.write(bytes);
    return out.ok();
  };
  const auto on_progress = [&bar](std::uint64_t done) {
    bar.update(done);
    return !interrupted();
  };
  auto result = interchange::export_ndjson(store, sink, on_progress);
  if (!result) return failed(result.error());
  if (auto finished = out.finish(); !finished) return failed(finished.error());
  return std::move(*result);
}

Status export_to_file(Session& session, BlockingStore& store, const std::string& path,
                      DamageReport& damage) {
  auto file = ReplacedFile::open(path);
  if (!file) return failed(file.error());
  Output out(file->descriptor(), "'" + path + "'");
  const auto result = write_all(store, out);
  if (!result) return failed(result.error());
  if (auto committed = file->commit(); !committed) return committed;
  damage.add(result->damaged);
  if (session.json) {
    const boost::json::object answer{{"exported", result->record_count}, {"file", path}};
    session.out.line(boost::json::serialize(answer));
  } else {
    session.out.line("exported " + std::to_string(result->record_count) +
                     (result->record_count == 1 ? " record" : " records"));
  }
  return {};
}

Status export_records(Session& session, const std::string& path) {
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  DamageReport damage;
  if (path == "-") {
    const auto result = write_all(*store, session.out);
    if (!result) return failed(result.error());
    damage.add(result->damaged);
  } else if (auto written = export_to_file(session, *store, path, damage); !written) {
    return written;
  }
  session.out.flush();
  return damage.finish();
}

}  // namespace

void add_export(CLI::App& app, Session& session) {
  auto& command = add_command(app, "export", "Write all records as NDJSON, a record a line");
  const auto file = std::make_shared<std::optional<std::string>>();
  add_text(command, "FILE", *file,
           "Where to; it appears whole or not at all ('-', or nothing: stdout)");
  command.footer(
      "Examples:\n"
      "  skep export backup.ndjson\n"
      "  skep export | gzip > backup.ndjson.gz");
  command.callback([&session, file] {
    session.action = [&session, file] { return export_records(session, file->value_or("-")); };
  });
}

}  // namespace skep::cli
