#include "cli/commands.hpp"
#include "cli/interruptible.hpp"
#include "cli/options.hpp"
#include "cli/progress_bar.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"

#include <optional>
#include <string>
#include <utility>

namespace skep::cli {
namespace {

// One bar a check.
class VerifyBars {
 public:
  bool update(const VerifyProgress& progress) {
    if (progress.check != check_) {
      check_ = progress.check;
      bar_.reset();
      std::optional<std::uint64_t> total;
      if (progress.total > 0) total = progress.total;
      bar_.emplace("verifying " + check_, total);
    }
    bar_->update(progress.checked);
    return !interrupted();
  }

 private:
  std::string check_;
  std::optional<ProgressBar> bar_;
};

// A file is looked at as it is, and need not open as a store.
OrFailure<VerifyReport> look(Session& session) {
  VerifyBars bars;
  VerifyOptions options;
  options.on_progress = [&bars](const VerifyProgress& progress) { return bars.update(progress); };
  if (!session.store.url) {
    auto report = run_interruptible(verify_sqlite_file(*session.store.database, options));
    if (!report) return failed(report.error());
    return std::move(*report);
  }
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  auto report = run_interruptible(store->async().verify(options));
  if (!report) return failed(report.error());
  return std::move(*report);
}

void print(Session& session, const VerifyReport& report) {
  for (const VerifyCheck& check : report.checks) {
    std::string name = check.name;
    name.resize(9, ' ');
    std::string text = std::to_string(check.checked_count) + " checked";
    if (!check.skipped.empty()) text = "skipped: " + check.skipped;
    if (check.finding_count > 0) {
      text += ", " + red(std::to_string(check.finding_count) + " wrong");
    }
    session.out.line(dim(name) + text);
  }
  for (const VerifyFinding& finding : report.findings) {
    session.out.line(finding.kind + ": " + one_line(finding.where) + ": " +
                     one_line(finding.message));
  }
  if (report.finding_count > report.findings.size()) {
    session.out.line("… and " + std::to_string(report.finding_count - report.findings.size()) +
                     " more");
  }
  if (report.sound()) session.out.line(green("sound"));
}

Status verify(Session& session) {
  const auto report = look(session);
  if (!report) return failed(report.error());
  if (session.json) {
    session.out.line(to_json(*report));
  } else {
    print(session, *report);
  }
  if (report->sound()) return {};
  session.out.flush();
  return fail_with(ExitCode::kCorrupt,
                   "the store is damaged: " + std::to_string(report->finding_count) +
                       (report->finding_count == 1 ? " finding" : " findings"));
}

}  // namespace

void add_verify(CLI::App& app, Session& session) {
  auto& command = add_command(app, "verify", "Check that all that is stored is sound");
  command.footer(
      "Changes nothing, and may run beside programs that use the store. Exit code 5 if anything "
      "is\n"
      "damaged.\n"
      "Examples:\n"
      "  skep verify\n"
      "  skep verify --db restored.db --json");
  command.callback([&session] { session.action = [&session] { return verify(session); }; });
}

}  // namespace skep::cli
