#include <skep/compare.hpp>

#include <algorithm>

namespace skep {
namespace {

std::string name_of(const RunId& run) { return run.task_id + '/' + std::to_string(run.attempt); }

// A heading is one line, whatever stands in the words of others.
std::string on_one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }, ' ');
  return text;
}

std::string describe(const ComparedOutput& output) {
  return output.producer_agent + ' ' + output.type + ' ' + output.id.str();
}

std::string range(std::size_t line, std::size_t count) {
  return count == 1 ? std::to_string(line) : std::to_string(line) + ',' + std::to_string(count);
}

void write(std::string& out, const BodyDiff& diff) {
  if (!diff.omitted.empty()) out += "The bodies differ: " + diff.omitted + ".\n";
  if (!diff.is_minimal) out += "Too many lines differ to find the fewest.\n";
  for (const auto& hunk : diff.hunks) {
    out += "@@ -" + range(hunk.left_line, hunk.left_count) + " +" +
           range(hunk.right_line, hunk.right_count) + " @@\n";
    for (const auto& line : hunk.lines) out += line + '\n';
  }
}

}  // namespace

std::string to_unified_diff(const RunDiff& diff) {
  std::string out;
  const std::string left_run = name_of(diff.left.run);
  const std::string right_run = name_of(diff.right.run);
  for (const auto& producer : diff.producers) {
    for (const auto& change : producer.changes) {
      if (change.left && change.right) {
        out += on_one_line("--- " + left_run + ' ' + describe(*change.left)) + '\n';
        out += on_one_line("+++ " + right_run + ' ' + describe(*change.right)) + '\n';
        write(out, change.diff);
      } else if (change.left) {
        out += on_one_line("Only in " + left_run + ": " + describe(*change.left)) + '\n';
      } else {
        out += on_one_line("Only in " + right_run + ": " + describe(*change.right)) + '\n';
      }
    }
  }
  if (diff.is_truncated) out += "There are more changes than are listed here.\n";
  return out;
}

}  // namespace skep
