#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/print_record.hpp"

#include <memory>

namespace skep::cli {
namespace {

struct GetOptions {
  std::optional<std::string> ref;
  bool body_only = false;
};

Status get(Session& session, const GetOptions& options) {
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  const auto record = store->get(OutputRef(*options.ref));
  if (!record) return failed(record.error());
  return print_record(session, *store, *record, options.body_only);
}

}  // namespace

void add_get(CLI::App& app, Session& session) {
  auto& command = add_command(app, "get", "Show the output with a ref");
  const auto options = std::make_shared<GetOptions>();
  add_text(command, "REF", options->ref, "The ref").required();
  command.add_flag("--body", options->body_only, "Print the body alone, byte for byte");
  command.footer(
      "Examples:\n"
      "  skep get out-1a2b3c4d5e\n"
      "  skep get out-1a2b3c4d5e --body > draft.md");
  command.callback([&session, options] {
    session.action = [&session, options] { return get(session, *options); };
  });
}

}  // namespace skep::cli
