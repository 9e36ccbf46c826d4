#include "cli/ask.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/report.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "slice/parameters.hpp"

#include <unistd.h>

#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace skep::cli {
namespace {

struct SliceOptions {
  std::optional<std::string> key;
  std::map<std::string, std::optional<std::string>, std::less<>> texts;  // by parameter
  bool ignore_case = false;
};

OrFailure<SliceQuery> query_of(const SliceOptions& options) {
  std::vector<slice::Parameter> parameters;
  for (const auto& [name, text] : options.texts) {
    if (text) parameters.push_back({name, *text});
  }
  if (options.ignore_case) parameters.push_back({"ignore_case", "true"});
  auto query = slice::from_parameters(parameters);
  if (!query) return usage_error("the option " + query.error().message);
  return std::move(*query);
}

std::string next_command(const Session& session, const Slice& part) {
  std::string command = "skep slice " + shell_word(part.id.str());
  for (const auto& [name, value, form] : slice::to_parameters(*part.next)) {
    command += form == slice::Parameter::Form::kFlag ? " --ignore-case" : option_text(name, value);
  }
  return command + store_options_text(session.store);
}

Status slice_output(Session& session, const SliceOptions& options) {
  const auto query = query_of(options);
  if (!query) return failed(query.error());
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  const auto part =
      ask_of(*store, *options.key, [&](const OutputRef& ref) { return store->slice(ref, *query); });
  if (!part) return failed(part.error());
  if (session.json) {
    session.out.line(to_json(*part));
    return {};
  }
  if (is_terminal(STDOUT_FILENO)) {
    const std::string text = many_lines(part->text);
    session.out.write(text);
    if (!text.empty() && !text.ends_with('\n')) session.out.write("\n");
  } else {
    session.out.write(part->text);
  }
  session.out.flush();
  report(part->summary + (part->next ? "; read on: " + next_command(session, *part) : ""));
  return {};
}

}  // namespace

void add_slice(CLI::App& app, Session& session) {
  auto& command = add_command(app, "slice", "Show a part of an output's body");
  const auto options = std::make_shared<SliceOptions>();
  add_text(command, "REF|NAME", options->key, "The ref, or the name of an agent: its newest output")
      .required();
  const auto add = [&command, &options](const char* name, const char* parameter, const char* type,
                                        const char* description) {
    add_text(command, name, options->texts[parameter], description).type_name(type);
  };
  add("--pointer", "pointer", "P", "A JSON Pointer to the value that is meant, e.g. /results/0");
  add("--lines", "lines", "A-B", "Lines, from 1: 10-20, 10- or 10");
  add("--bytes", "bytes", "A-B", "Bytes, from 0: 0-99, 100- or 100");
  add("--first", "first", "N", "So many characters from the beginning");
  add("--last", "last", "N", "So many characters before the end");
  add("--grep", "grep", "RE", "The lines that match a regular expression (RE2)");
  add("-C,--context", "context", "N", "Lines around those that match");
  command.add_flag("-i,--ignore-case", options->ignore_case, "Match capitals and small letters");
  add("--max-matches", "max_matches", "N", "Lines that match, at most (default 100)");
  add("--from-byte", "from_byte", "N", "Where --grep goes on");
  add("--from-line", "from_line", "N", "The number of the line there");
  add("--max-chars", "max_chars", "N", "Characters to show at most (default 8000)");
  command.footer(
      "Examples:\n"
      "  skep slice out-1a2b3c4d5e\n"
      "  skep slice out-1a2b3c4d5e --pointer /results/0/text --lines 10-20\n"
      "  skep slice researcher --grep 'error|failed' -i -C 2\n"
      "Standard error tells what is shown, what is not, and the command that reads on.");
  command.callback([&session, options] {
    session.action = [&session, options] { return slice_output(session, *options); };
  });
}

}  // namespace skep::cli
