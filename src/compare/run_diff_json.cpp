#include <skep/compare.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace skep {
namespace {

boost::json::value to_value(const std::optional<ComparedOutput>& output) {
  if (!output) return nullptr;
  return boost::json::object{{"id", output->id.str()}, {"seq", output->seq},
                             {"index", output->index}, {"producer_agent", output->producer_agent},
                             {"type", output->type},   {"body_bytes", output->body_bytes}};
}

boost::json::object to_value(const ComparedRun& run) {
  boost::json::array damaged;
  for (const auto& row : run.damaged) {
    damaged.push_back(
        boost::json::object{{"id", row.id}, {"seq", row.seq}, {"reason", row.reason}});
  }
  return {{"task_id", run.run.task_id},
          {"attempt", run.run.attempt},
          {"output_count", run.output_count},
          {"damaged", std::move(damaged)}};
}

boost::json::value to_value(const BodyDiff& diff) {
  boost::json::array hunks;
  for (const auto& hunk : diff.hunks) {
    boost::json::array lines;
    for (const auto& line : hunk.lines) lines.emplace_back(line);
    hunks.push_back(boost::json::object{{"left_line", hunk.left_line},
                                        {"left_count", hunk.left_count},
                                        {"right_line", hunk.right_line},
                                        {"right_count", hunk.right_count},
                                        {"lines", std::move(lines)}});
  }
  boost::json::object value{{"hunks", std::move(hunks)}, {"minimal", diff.is_minimal}};
  value["omitted"] =
      diff.omitted.empty() ? boost::json::value(nullptr) : boost::json::value(diff.omitted);
  return value;
}

boost::json::object to_value(const OutputChange& change) {
  const bool has_both = change.left && change.right;
  boost::json::object value{{"left", to_value(change.left)}, {"right", to_value(change.right)}};
  value["diff"] = has_both ? to_value(change.diff) : boost::json::value(nullptr);
  return value;
}

boost::json::object to_value(const ProducerDiff& producer) {
  boost::json::array changes;
  for (const auto& change : producer.changes) changes.push_back(to_value(change));
  return {{"producer_agent", producer.producer_agent},
          {"left_count", producer.left_count},
          {"right_count", producer.right_count},
          {"equal_count", producer.equal_count},
          {"different_count", producer.different_count},
          {"only_left_count", producer.only_left_count},
          {"only_right_count", producer.only_right_count},
          {"changes", std::move(changes)}};
}

boost::json::object to_value(const RunDiff& diff) {
  boost::json::object value{{"left", to_value(diff.left)},
                            {"right", to_value(diff.right)},
                            {"equal", diff.is_equal()},
                            {"divergence", nullptr}};
  if (diff.divergence) {
    value["divergence"] = boost::json::object{{"index", diff.divergence->index},
                                              {"what", to_string(diff.divergence->what)},
                                              {"left", to_value(diff.divergence->left)},
                                              {"right", to_value(diff.divergence->right)}};
  }
  boost::json::array producers;
  for (const auto& producer : diff.producers) producers.push_back(to_value(producer));
  value["producers"] = std::move(producers);
  value["truncated"] = diff.is_truncated;
  return value;
}

}  // namespace

std::string to_json(const RunDiff& diff) { return boost::json::serialize(to_value(diff)); }

}  // namespace skep
