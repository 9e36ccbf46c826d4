#include "cli/commands.hpp"
#include "cli/interruptible.hpp"
#include "cli/options.hpp"
#include "cli/progress_bar.hpp"
#include "cli/text.hpp"

#include <boost/json.hpp>

#include <memory>
#include <optional>

namespace skep::cli {
namespace {

struct BackupCommandOptions {
  std::optional<std::string> file;
  bool force = false;
};

// Drawn by the thread that copies, and wiped away when that has ended.
class CopyBar {
 public:
  explicit CopyBar(std::string label) : label_(std::move(label)) {}

  [[nodiscard]] std::function<bool(const BackupProgress&)> callback() {
    return [this](const BackupProgress& progress) {
      if (!bar_) bar_.emplace(label_, progress.total_bytes, ProgressBar::Unit::kBytes);
      bar_->update(progress.done_bytes);
      return !interrupted();
    };
  }

 private:
  std::string label_;
  std::optional<ProgressBar> bar_;
};

std::string what_it_holds(const BackupReport& report) {
  return std::to_string(report.record_count) + (report.record_count == 1 ? " record" : " records") +
         " up to seq " + std::to_string(report.last_seq) + ", " + human_bytes(report.bytes) +
         (report.blob_count == 0 ? ""
                                 : "; " + std::to_string(report.blob_count) +
                                       (report.blob_count == 1 ? " blob, " : " blobs, ") +
                                       human_bytes(report.blob_bytes));
}

// The copy is there, but not all that belongs to it.
Status tell_blob_errors(const BackupReport& report) {
  if (report.blob_error_count == 0) return {};
  std::string message = std::to_string(report.blob_error_count) +
                        (report.blob_error_count == 1 ? " blob is" : " blobs are") +
                        " not in it: " + report.blob_errors.front().message;
  if (report.blob_error_count > 1) message += " ('skep verify' lists them all)";
  return fail_with(ExitCode::kCorrupt, message);
}

boost::json::object report_json(const BackupReport& report, const std::string& file) {
  return {{"file", file},
          {"record_count", report.record_count},
          {"last_seq", report.last_seq},
          {"bytes", report.bytes},
          {"blob_count", report.blob_count},
          {"blob_bytes", report.blob_bytes},
          {"blob_error_count", report.blob_error_count}};
}

Failure told_about_force(Failure failure) {
  if (failure.code == ExitCode::kConflict) failure.message += "; --force replaces it";
  return failure;
}

Status back_up(Session& session, const BackupCommandOptions& given) {
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  CopyBar bar("copying");
  BackupOptions options;
  options.replace = given.force;
  options.on_progress = bar.callback();
  const auto report = run_interruptible(store->async().backup(*given.file, options));
  if (!report) return failed(told_about_force(report.error()));
  if (session.json) {
    session.out.line(boost::json::serialize(report_json(*report, *given.file)));
  } else {
    session.out.line("backed up " + what_it_holds(*report));
    if (session.store.url) session.out.line("the server's blobs are not in it: see --help");
  }
  return tell_blob_errors(*report);
}

Status restore(Session& session, const BackupCommandOptions& given) {
  if (session.store.url) {
    return usage_error("a store is restored where it lies: name the file with --db");
  }
  CopyBar bar("restoring");
  BackupOptions options;
  options.replace = given.force;
  options.on_progress = bar.callback();
  const std::string& path = *session.store.database;
  const auto report = run_interruptible(restore_sqlite_store(*given.file, path, options));
  if (!report) {
    Failure failure(report.error());
    if (failure.code == ExitCode::kConflict) failure.message += "; --force moves it aside";
    return failed(failure);
  }
  if (session.json) {
    auto answer = report_json(report->restored, path);
    answer["moved_aside"] = nullptr;
    if (report->moved_aside) answer["moved_aside"] = report->moved_aside->string();
    session.out.line(boost::json::serialize(answer));
    return tell_blob_errors(report->restored);
  }
  session.out.line("restored " + what_it_holds(report->restored));
  if (report->moved_aside) {
    session.out.line("the store that was there is now " + one_line(report->moved_aside->string()));
  }
  return tell_blob_errors(report->restored);
}

using Action = Status (*)(Session&, const BackupCommandOptions&);

void add(CLI::App& command, Session& session, const std::string& what, const std::string& force,
         Action action) {
  const auto options = std::make_shared<BackupCommandOptions>();
  add_text(command, "FILE", options->file, what).required();
  command.add_flag("--force", options->force, force);
  command.callback([&session, options, action] {
    session.action = [&session, options, action] { return action(session, *options); };
  });
}

}  // namespace

void add_backup(CLI::App& app, Session& session) {
  auto& command = add_command(app, "backup", "Copy the store to a file, while it is in use");
  add(command, session, "Where to; it appears whole and checked, or not at all",
      "Replace the file if it is there", back_up);
  command.footer(
      "The copy is of one moment, and a store itself: 'skep --db FILE' reads it. Its blobs lie in\n"
      "FILE.blobs. A server sends the records alone: where it runs, '--db' copies its blobs too.\n"
      "Examples:\n"
      "  skep backup swarm-monday.db\n"
      "  skep backup copy.db --url https://skep.example.org");
}

void add_restore(CLI::App& app, Session& session) {
  auto& command = add_command(app, "restore", "Put a backup in the place of a store");
  add(command, session, "The backup, which is verified first",
      "Move a store that is there aside, and say where to", restore);
  command.footer(
      "Nothing may have the store open meanwhile.\n"
      "Examples:\n"
      "  skep restore swarm-monday.db --db swarm.db --force");
}

}  // namespace skep::cli
