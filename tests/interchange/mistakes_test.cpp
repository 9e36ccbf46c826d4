// Whether what a wrong run answered leads back to the mistake that people found in it.
#include "interchange/who_and_when.hpp"
#include "support/expect.hpp"
#include "support/run.hpp"

#include <skep/memory_store.hpp>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace skep::interchange {
namespace {

using test::is_ok;
using test::run;

struct Mistake {
  std::string agent;
  std::size_t step = 0;
};

Mistake mistake_of(const OutputRecord& annotation) {
  const auto& content = std::get<Inline>(*content_of(annotation.event));
  const boost::json::value value = boost::json::parse(content.value.text());
  Mistake mistake;
  mistake.agent = std::string(value.at("mistake_agent").as_string());
  mistake.step = std::stoul(std::string(value.at("mistake_step").as_string()));
  return mistake;
}

// "Orchestrator (thought)" and "Orchestrator (-> WebSurfer)" are what the Orchestrator says.
std::string speaker(const std::string& agent) { return agent.substr(0, agent.find(" (")); }

TEST(MistakesTest, TheFinalOfAlmostEveryRunLeadsBackToItsMistake) {
  const auto directory = std::filesystem::path(SKEP_SHARED_DIR) / "data/who-and-when";
  if (!std::filesystem::is_directory(directory)) GTEST_SKIP() << "no data set at " << directory;
  const auto runs = find_runs(directory);
  ASSERT_TRUE(runs);
  const auto store = make_memory_store();
  std::vector<std::string> unreached;
  std::map<std::string, std::string> other_speakers;
  for (const RunFile& file : *runs) {
    auto records = load_run(file).value();
    const Mistake mistake = mistake_of(records.front());
    const OutputRecord& wrong = records.at(1 + mistake.step);
    const OutputRef wrong_ref = wrong.id;
    const OutputRef final_ref = records.back().id;
    const OutputRef annotation_ref = records.front().id;
    if (speaker(wrong.producer_agent) != speaker(mistake.agent)) {
      other_speakers[file.task_id] = wrong.producer_agent + ", not " + mistake.agent;
    }
    ASSERT_TRUE(is_ok(run(store->import_records(std::move(records)))));

    LineageQuery query;
    query.max_depth = kMaxLineageDepth;
    const auto why = run(store->ancestors(final_ref, query));
    ASSERT_TRUE(is_ok(why));
    EXPECT_FALSE(why->cut_by_depth || why->cut_by_count);
    const auto holds = [](const Lineage& lineage, const OutputRef& ref) {
      return std::ranges::find(lineage.nodes, ref, &LineageNode::id) != lineage.nodes.end();
    };
    EXPECT_FALSE(holds(*why, annotation_ref)) << "what people said later is no part of the run";
    if (!holds(*why, wrong_ref)) unreached.push_back(file.task_id);
    // The same from the other end.
    const auto impact = run(store->descendants(wrong_ref, query));
    ASSERT_TRUE(is_ok(impact));
    EXPECT_EQ(holds(*impact, final_ref), holds(*why, wrong_ref)) << file.task_id;
  }
  EXPECT_EQ(runs->size() - unreached.size(), 128U);
  // Its mistake is an Orchestrator's aside ("Next speaker WebSurfer") after the instruction that
  // WebSurfer then answered: nothing was derived from it.
  EXPECT_EQ(unreached, std::vector<std::string>{"hand-crafted/16"});
  // Where the data set's step and agent contradict each other, the step is what is looked for.
  EXPECT_EQ(other_speakers.size(), 6U)
      << boost::json::serialize(boost::json::value_from(other_speakers));
}

}  // namespace
}  // namespace skep::interchange
