// skep, the command: parses the command line, runs one command, tells how it ended.
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/report.hpp"
#include "cli/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <clocale>
#include <exception>
#include <new>
#include <string>

namespace skep::cli {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  skep emit --task bees --agent writer \"Bees dance.\"\n"
    "  skep latest writer\n"
    "  skep list --task bees\n"
    "  SKEP_DB=swarm.db skep export backup.ndjson\n"
    "  SKEP_TOKEN=… skep tail --url https://skep.example.org\n"
    "\n"
    "Global options may stand before or after the command.\n"
    "\n"
    "Exit codes:\n"
    "    0  done (also if the reader of the output left early)\n"
    "    1  internal error\n"
    "    2  usage, or malformed input\n"
    "    3  not found: no such output, name or store\n"
    "    4  busy, or the server can't be reached: try again\n"
    "    5  damaged data, or findings of 'skep verify'\n"
    "    6  too large\n"
    "    7  conflict: that ref holds something else\n"
    "    8  a file or stream could not be read or written\n"
    "    9  denied: no token, or one that does not cover this\n"
    "   10  what 'skep diff' or 'skep migrate' compared differs\n"
    "   11  not enabled: the store keeps no index for that (see 'skep index')\n"
    "  130  interrupted";

// Files that are opened later must not be taken for a standard stream that the caller closed.
// Read-only, so that writing to a closed one still fails.
void hold_standard_descriptors() {
  int descriptor = 0;
  do {
    descriptor = ::open("/dev/null", O_RDONLY);
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor >= 0) ::close(descriptor);
}

// To the help of all commands below `app`.
void add_global_footer(CLI::App& app) {
  for (CLI::App* command : app.get_subcommands({})) {
    command->footer(command->get_footer() +
                    "\n\nGlobal options: --db FILE (or SKEP_DB), --url URL (or SKEP_URL), --json;"
                    " see 'skep --help'");
    add_global_footer(*command);
  }
}

void set_up(CLI::App& app, Session& session) {
  app.name("skep");
  app.set_version_flag("--version", "skep " SKEP_VERSION, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  add_text(app, "--db", session.store.database,
           "The store, an SQLite file (default SKEP_DB, or ./skep.db)")
      .type_name("FILE");
  add_text(app, "--url", session.store.url,
           "The store, on a server: http(s)://HOST[:PORT] (default SKEP_URL). Its token is taken "
           "from SKEP_TOKEN")
      .type_name("URL");
  add_text(app, "--ca-file", session.store.ca_file,
           "Certificates to trust besides the system's, as PEM (default SKEP_CA_FILE)")
      .type_name("FILE");
  app.add_flag("--json", session.json, "Print JSON, for programs");
  app.footer(kFooter);
  app.require_subcommand(1);
  for (const auto add : kCommands) add(app, session);
  add_global_footer(app);
}

// What CLI11 found wrong, in one line, with where to read on.
Failure usage_failure(const CLI::App& app, const CLI::ParseError& error) {
  std::string message = preview(error.what(), kNoLimit);
  std::string command = "skep";
  const CLI::App* innermost = &app;
  while (!innermost->get_subcommands().empty()) {
    innermost = innermost->get_subcommands().front();
    command += " " + innermost->get_name();
  }
  const bool needs_command = innermost->get_require_subcommand_min() != 0;
  const auto rest = app.remaining(true);
  if (needs_command && !rest.empty()) {
    message = "unknown command or option '" + rest.front() + "'";
  } else if (needs_command &&
             error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError)) {
    message = "no command given";
  }
  return {ExitCode::kUsage, message + " (see " + command + " --help)"};
}

Status run(Session& session, int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (const auto at = find_invalid_utf8(argv[i]); at != std::string_view::npos) {
      return usage_error("argument " + std::to_string(i) + " is not UTF-8 at byte " +
                         std::to_string(at));
    }
  }
  CLI::App app("Output store for agent swarms: emit what agents produce, pass on refs.");
  set_up(app, session);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    session.out.write(app.help());
    return {};
  } catch (const CLI::CallForVersion& version) {
    session.out.line(version.what());
    return {};
  } catch (const CLI::ParseError& error) {
    return failed(usage_failure(app, error));
  }
  if (auto chosen = session.choose_store(); !chosen) return chosen;
  Status ended = session.action();
  // The server speaks of headers.
  if (!ended && ended.error().code == ExitCode::kDenied && session.lacks_token()) {
    ended.error().message += "; a command takes its token from SKEP_TOKEN";
  }
  return ended;
}

ExitCode run_to_end(int argc, char** argv) {
  Session session;
  const Status ended = run(session, argc, argv);
  // A failed command may have shown something: a listing with damaged rows, for one.
  const Status written = session.out.finish();
  const Status& status = ended ? written : ended;
  if (status) return ExitCode::kOk;
  if (!status.error().message.empty()) report(status.error().message);
  return status.error().code;
}

}  // namespace
}  // namespace skep::cli

int main(int argc, char** argv) {
  using skep::cli::ExitCode;
  auto code = ExitCode::kInternal;
  try {
    skep::cli::hold_standard_descriptors();
    skep::cli::watch_signals();
    std::setlocale(LC_CTYPE, "C.UTF-8");  // For the width of characters.
    code = skep::cli::run_to_end(argc, argv);
  } catch (const std::bad_alloc&) {
    skep::cli::report("out of memory");
  } catch (const std::exception& error) {
    skep::cli::report(std::string("internal error: ") + error.what());
  }
  return static_cast<int>(code);
}
