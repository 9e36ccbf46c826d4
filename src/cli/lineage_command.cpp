// `skep why` and `skep impact`: what an output was derived from, and what was derived from it.
#include "cli/ask.hpp"
#include "cli/body.hpp"
#include "cli/commands.hpp"
#include "cli/lineage_tree.hpp"
#include "cli/options.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "render/lineage_graph.hpp"

#include <skep/json.hpp>

#include <algorithm>
#include <memory>

namespace skep::cli {
namespace {

// Up to so many nodes, the tree shows the first words of each: a read for each of them.
constexpr std::size_t kMaxNodesWithWords = 100;

struct LineageOptions {
  std::optional<std::string> ref;
  std::optional<std::size_t> depth;
  std::optional<std::size_t> count;
  bool dot = false;
  bool mermaid = false;
};

Result<Lineage> lineage_of(BlockingStore& store, LineageDirection direction, const OutputRef& ref,
                           const LineageQuery& query) {
  return direction == LineageDirection::kAncestors ? store.ancestors(ref, query)
                                                   : store.descendants(ref, query);
}

std::vector<std::string> read_words(BlockingStore& store, const Lineage& lineage) {
  std::vector<std::string> words;
  if (lineage.nodes.size() > kMaxNodesWithWords) return words;
  for (const LineageNode& node : lineage.nodes) {
    words.emplace_back();
    if (node.state != LineageState::kPresent) continue;
    const auto record = store.get(node.id);
    if (record) words.back() = digest_of(record->event);
  }
  return words;
}

// What the limits left out, and how to see it.
void tell_cuts(Output& out, const Lineage& lineage, const std::string& command) {
  if (!lineage.cut_by_depth && !lineage.cut_by_count) return;
  std::string text = "… there is more: ";
  if (lineage.cut_by_depth) text += "--depth N goes deeper";
  if (lineage.cut_by_count) {
    if (lineage.cut_by_depth) text += ", ";
    text += "--count N shows up to " + std::to_string(kMaxLineageCount) + " outputs";
  }
  // From the root, the same comes again.
  const auto cut = std::find_if(lineage.nodes.begin() + 1, lineage.nodes.end(),
                                [](const LineageNode& node) { return node.is_cut; });
  if (cut != lineage.nodes.end()) {
    text += ", 'skep " + command + " " + one_line(cut->id.str()) + "' goes on from there";
  }
  out.line(dim(text));
}

Status show(Session& session, LineageDirection direction, const std::string& command,
            const LineageOptions& options) {
  if (int{session.json} + int{options.dot} + int{options.mermaid} > 1) {
    return usage_error("--json, --dot and --mermaid exclude each other");
  }
  LineageQuery query;
  query.max_depth = options.depth.value_or(query.max_depth);
  query.max_count = options.count.value_or(query.max_count);
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  const auto lineage = ask_of(*store, *options.ref, [&](const OutputRef& ref) {
    return lineage_of(*store, direction, ref, query);
  });
  if (!lineage) return failed(lineage.error());
  if (session.json) {
    session.out.line(to_json(*lineage));
  } else if (options.dot) {
    session.out.write(render::to_dot(*lineage));
  } else if (options.mermaid) {
    session.out.write(render::to_mermaid(*lineage));
  } else {
    draw_tree(session.out, *lineage, read_words(*store, *lineage));
    tell_cuts(session.out, *lineage, command);
  }
  return {};
}

void add(CLI::App& app, Session& session, LineageDirection direction, const std::string& name,
         const std::string& description, const std::string& examples) {
  auto& command = add_command(app, name, description);
  const auto options = std::make_shared<LineageOptions>();
  add_text(command, "REF", options->ref, "The ref, or an agent's name for its newest output")
      .required();
  const LineageQuery usual;
  add_count(command, "--depth", options->depth,
            "How many steps to go, at most (default " + std::to_string(usual.max_depth) + ")");
  add_count(command, "--count", options->count,
            "How many outputs to show, at most (default " + std::to_string(usual.max_count) + ")");
  command.add_flag("--dot", options->dot, "Print it for Graphviz");
  command.add_flag("--mermaid", options->mermaid, "Print it for Mermaid");
  command.footer(examples);
  command.callback([&session, options, direction, name] {
    session.action = [&session, options, direction, name] {
      return show(session, direction, name, *options);
    };
  });
}

}  // namespace

void add_why(CLI::App& app, Session& session) {
  add(app, session, LineageDirection::kAncestors, "why", "Show what an output was derived from",
      "Examples:\n"
      "  skep why out-1a2b3c4d5e\n"
      "  skep why editor --depth 3\n"
      "  skep why out-1a2b3c4d5e --dot | dot -Tsvg > why.svg");
}

void add_impact(CLI::App& app, Session& session) {
  add(app, session, LineageDirection::kDescendants, "impact",
      "Show what was derived from an output",
      "Examples:\n"
      "  skep impact out-1a2b3c4d5e\n"
      "  skep impact out-1a2b3c4d5e --mermaid\n"
      "  skep impact out-1a2b3c4d5e --json | jq -r '.nodes[].id'");
}

}  // namespace skep::cli
