#include "cli/commands.hpp"
#include "cli/emit_event.hpp"
#include "cli/options.hpp"

#include <boost/json.hpp>

#include <memory>
#include <vector>

namespace skep::cli {
namespace {

struct EmitOptions {
  std::optional<std::string> task;
  std::optional<std::uint32_t> attempt;
  std::optional<std::string> agent;
  std::vector<std::string> parents;
  std::optional<std::string> key;
  EventOptions event;
};

// `file` is what becomes a blob, if there is one.
Result<OutputRef> append(BlockingStore& store, const std::optional<std::string>& file,
                         AppendRequest request, AppendOptions options) {
  if (!file) return store.append(std::move(request), std::move(options));
  auto source = open_blob_source(*file == "-" ? "" : *file);
  if (!source) return std::unexpected(std::move(source.error()));
  return store.append_blob(std::move(request), std::move(*source), std::move(options));
}

Status emit(Session& session, const EmitOptions& options) {
  auto event = build_event(options.event);
  if (!event) return failed(event.error());
  AppendRequest request(*options.task, options.attempt.value_or(1), *options.agent,
                        std::move(*event));
  for (const auto& parent : options.parents) request.parent_refs.emplace_back(parent);
  auto store = session.open_or_create();
  if (!store) return failed(store.error());
  AppendOptions append_options;
  append_options.idempotency_key = options.key;
  auto ref = append(*store, options.event.file, std::move(request), std::move(append_options));
  if (!ref) return failed(ref.error());
  const boost::json::object answer{{"id", ref->str()}};
  session.out.line(session.json ? boost::json::serialize(answer) : ref->str());
  return {};
}

}  // namespace

void add_emit(CLI::App& app, Session& session) {
  auto& command = add_command(app, "emit", "Store an output and print its ref");
  const auto options = std::make_shared<EmitOptions>();
  EventOptions& event = options->event;
  add_text(command, "TEXT", event.text,
           "The output, a text; '-', or nothing, reads standard input");
  add_text(command, "--task", options->task, "The task the output belongs to")
      .required()
      ->type_name("ID");
  add_attempt(command, options->attempt, "The attempt at the task (default 1)");
  add_text(command, "--agent", options->agent, "The agent that produced it")
      .required()
      ->type_name("NAME");
  command
      .add_option("--parent", options->parents,
                  "A ref it was derived from; may be given repeatedly")
      ->allow_extra_args(false)
      ->type_name("REF");
  add_text(command, "--idempotency-key", options->key,
           "Names this emit: sent again within 7 days it stores nothing and prints the same ref")
      .type_name("KEY");
  add_text(command, "--value", event.value,
           "The output, any JSON value, kept as written ('-': stdin)")
      .type_name("JSON");
  add_text(command, "--file", event.file,
           "The output is the bytes of this file ('-': stdin), which the store keeps a copy of")
      .type_name("PATH");
  add_text(command, "--link", event.link, "The output is this file: only its path is stored")
      .type_name("PATH");
  add_text(command, "--mime", event.mime, "The media type of the file").type_name("TYPE");
  add_text(command, "--event", event.event, "A whole event as JSON ('-': stdin)").type_name("JSON");
  add_text(command, "--type", event.type, "final (default), artifact, partial or progress")
      .check(CLI::IsMember({"final", "artifact", "partial", "progress"}))
      ->type_name("TYPE");
  add_text(command, "--name", event.name, "The name of an artifact").type_name("NAME");
  command.add_flag("--ok", event.ok, "The agent ended as it meant to (default)");
  command.add_flag("--not-ok", event.not_ok, "It did not");
  add_text(command, "--stage", event.stage, "The stage that a progress event tells")
      .type_name("TEXT");
  add_text(command, "--note", event.note, "More about the stage").type_name("TEXT");
  command.footer(
      "Examples:\n"
      "  skep emit --task bees --agent writer \"Bees dance.\"\n"
      "  skep emit --task bees --agent editor --parent out-1a2b3c4d5e < edited.md\n"
      "  skep emit --task bees --agent judge --value '{\"score\": 0.9}' --not-ok\n"
      "  skep emit --task bees --agent writer --type artifact --name map --file map.svg\n"
      "  skep emit --task bees --agent writer --type progress --stage reading --note 2/5\n"
      "A TEXT that begins with '-' goes after '--'.");
  command.callback([&session, options] {
    session.action = [&session, options] { return emit(session, *options); };
  });
}

}  // namespace skep::cli
