#include "cli/commands.hpp"
#include "cli/damage_report.hpp"
#include "cli/options.hpp"
#include "cli/run_name.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"

#include <skep/compare.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace skep::cli {
namespace {

struct DiffOptions {
  std::optional<std::string> left;
  std::optional<std::string> right;
  std::optional<std::int64_t> context;
  bool summary = false;
};

std::string in_words(const std::optional<ComparedOutput>& output) {
  if (!output) return "the end";
  return one_line(output->producer_agent) + "'s " + output->type + ' ' + output->id.str();
}

std::string counted(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " output" : " outputs");
}

void print_summary(Output& out, const RunDiff& diff) {
  const std::string left = one_line(name_of(diff.left.run));
  const std::string right = one_line(name_of(diff.right.run));
  if (!diff.divergence) {
    out.line(left + " and " + right + " are equal: " + counted(diff.left.output_count));
    return;
  }
  out.line(left + " (" + counted(diff.left.output_count) + ") and " + right + " (" +
           counted(diff.right.output_count) + ") part at output " +
           std::to_string(diff.divergence->index + 1) + ", by its " +
           std::string(to_string(diff.divergence->what)) + ':');
  out.line("  " + left + ": " + in_words(diff.divergence->left));
  out.line("  " + right + ": " + in_words(diff.divergence->right));
  out.line("");
  Table table(out, {{"left", true},
                    {"right", true},
                    {"equal", true},
                    {"different", true},
                    {"only left", true},
                    {"only right", true},
                    {"agent"}});
  for (const auto& producer : diff.producers) {
    table.add({std::to_string(producer.left_count), std::to_string(producer.right_count),
               std::to_string(producer.equal_count), std::to_string(producer.different_count),
               std::to_string(producer.only_left_count), std::to_string(producer.only_right_count),
               producer.producer_agent});
  }
  table.flush();
}

// One line of a unified diff, made harmless.
std::string painted(std::string_view line) {
  const std::string text = many_lines(line);
  if (line.starts_with("---") || line.starts_with("+++") || line.starts_with("Only in ")) {
    return bold(text);
  }
  if (line.starts_with("@@")) return dim(text);
  if (line.starts_with('-')) return red(text);
  return line.starts_with('+') ? green(text) : text;
}

void print_changes(Output& out, const RunDiff& diff) {
  const std::string text = to_unified_diff(diff);
  if (text.empty()) return;
  out.line("");
  for (std::string_view rest = text; !rest.empty() && out.ok();) {
    const auto end = rest.find('\n');
    out.line(painted(rest.substr(0, end)));
    rest.remove_prefix(end + 1);
  }
}

Status compare(Session& session, const DiffOptions& options) {
  const auto left = parse_run(*options.left);
  if (!left) return failed(left.error());
  const auto right = parse_run(*options.right);
  if (!right) return failed(right.error());
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  CompareOptions how;
  if (options.context) how.context_lines = static_cast<std::size_t>(*options.context);
  how.with_lines = !options.summary;
  const auto diff = store->compare_runs(*left, *right, how);
  if (!diff) return failed(diff.error());
  if (session.json) {
    session.out.line(to_json(*diff));
  } else {
    print_summary(session.out, *diff);
    if (!options.summary) print_changes(session.out, *diff);
  }
  session.out.flush();
  DamageReport damage;
  damage.add(diff->left.damaged);
  damage.add(diff->right.damaged);
  if (auto undamaged = damage.finish(); !undamaged) return undamaged;
  if (diff->is_equal()) return {};
  return fail_with(ExitCode::kDifferent, "");
}

}  // namespace

void add_diff(CLI::App& app, Session& session) {
  auto& command = add_command(app, "diff", "Compare two runs");
  const auto options = std::make_shared<DiffOptions>();
  add_text(command, "LEFT", options->left, "A run: TASK/ATTEMPT").required();
  add_text(command, "RIGHT", options->right, "The other one").required();
  add_seq(command, "--context", options->context, "Lines to show around a change (default 3)");
  command.add_flag("--summary", options->summary, "Only say which agents differ, and where first");
  command.footer(
      "Examples:\n"
      "  skep diff bees/1 bees/2\n"
      "  skep diff bees/1 wasps/1 --summary\n"
      "The last '/' ends the task. Exit code 10 tells that the runs differ.");
  command.callback([&session, options] {
    session.action = [&session, options] { return compare(session, *options); };
  });
}

}  // namespace skep::cli
