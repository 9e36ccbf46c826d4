#include "support/store_test.hpp"

#include <algorithm>

namespace skep::test {
namespace {

class SummariesTest : public StoreTest {
 protected:
  std::vector<TaskSummary> tasks(NameQuery query = {}) {
    auto found = run(store().tasks(std::move(query)));
    EXPECT_TRUE(is_ok(found));
    return found.value_or(std::vector<TaskSummary>());
  }
  std::vector<AgentSummary> agents(NameQuery query = {}) {
    auto found = run(store().agents(std::move(query)));
    EXPECT_TRUE(is_ok(found));
    return found.value_or(std::vector<AgentSummary>());
  }
};
SKEP_INSTANTIATE(SummariesTest, backends());

// In the order of their bytes.
const std::vector<std::string>& names() {
  static const std::vector<std::string> kNames = {"",  " ",   "1", "10",   "2", "B",
                                                  "a", "a b", "b", "\x7f", "é", "\U0001F41D"};
  return kNames;
}

TEST_P(SummariesTest, AnEmptyStoreHasNone) {
  EXPECT_TRUE(tasks().empty());
  EXPECT_TRUE(agents().empty());
  const auto stats = run(store().stats());
  ASSERT_TRUE(is_ok(stats));
  EXPECT_EQ(stats->output_count, 0);
  EXPECT_EQ(stats->task_count, 0);
  EXPECT_EQ(stats->agent_count, 0);
  EXPECT_EQ(stats->last_seq, 0);
}

TEST_P(SummariesTest, CountWhatWasAppended) {
  append(request("t1", 1, "a"));
  append(request("t2", 0, "a"));
  append(request("t1", 7, "b"));
  append(request("t1", 1, "a"));

  const auto by_task = tasks();
  ASSERT_EQ(by_task.size(), 2);
  EXPECT_EQ(by_task[0].task_id, "t1");
  EXPECT_EQ(by_task[0].attempt_count, 2);
  EXPECT_EQ(by_task[0].output_count, 3);
  EXPECT_EQ(by_task[0].last_seq, 4);
  EXPECT_EQ(by_task[1].task_id, "t2");
  EXPECT_EQ(by_task[1].attempt_count, 1);
  EXPECT_EQ(by_task[1].output_count, 1);
  EXPECT_EQ(by_task[1].last_seq, 2);

  const auto by_agent = agents();
  ASSERT_EQ(by_agent.size(), 2);
  EXPECT_EQ(by_agent[0].producer_agent, "a");
  EXPECT_EQ(by_agent[0].output_count, 3);
  EXPECT_EQ(by_agent[0].last_seq, 4);
  EXPECT_EQ(by_agent[1].producer_agent, "b");
  EXPECT_EQ(by_agent[1].output_count, 1);
  EXPECT_EQ(by_agent[1].last_seq, 3);

  const auto stats = run(store().stats());
  ASSERT_TRUE(is_ok(stats));
  EXPECT_EQ(stats->output_count, 4);
  EXPECT_EQ(stats->task_count, 2);
  EXPECT_EQ(stats->agent_count, 2);
  EXPECT_EQ(stats->last_seq, 4);
}

TEST_P(SummariesTest, NamesAreInTheOrderOfTheirBytes) {
  for (auto name = names().rbegin(); name != names().rend(); ++name) {
    append(request(*name, 1, *name));
  }
  std::vector<std::string> task_ids;
  for (const TaskSummary& task : tasks()) task_ids.push_back(task.task_id);
  EXPECT_EQ(task_ids, names());
  std::vector<std::string> producers;
  for (const AgentSummary& agent : agents()) producers.push_back(agent.producer_agent);
  EXPECT_EQ(producers, names());
}

TEST_P(SummariesTest, PagesEqualTheWhole) {
  for (const std::string& name : names()) append(request(name, 1, name));
  for (const std::size_t limit : {std::size_t{1}, std::size_t{5}, names().size()}) {
    NameQuery query;
    query.limit = limit;
    std::vector<std::string> task_ids;
    for (auto page = tasks(query); !page.empty(); page = tasks(query)) {
      EXPECT_LE(page.size(), limit);
      for (const TaskSummary& task : page) task_ids.push_back(task.task_id);
      query.after = page.back().task_id;
    }
    EXPECT_EQ(task_ids, names());

    query.after.reset();
    std::vector<std::string> producers;
    for (auto page = agents(query); !page.empty(); page = agents(query)) {
      EXPECT_LE(page.size(), limit);
      for (const AgentSummary& agent : page) producers.push_back(agent.producer_agent);
      query.after = page.back().producer_agent;
    }
    EXPECT_EQ(producers, names());
  }
}

TEST_P(SummariesTest, APageMayStartBetweenNames) {
  append(request("a", 1, "a"));
  append(request("c", 1, "c"));
  NameQuery query;
  query.after = "b";
  ASSERT_EQ(tasks(query).size(), 1);
  EXPECT_EQ(tasks(query)[0].task_id, "c");
  ASSERT_EQ(agents(query).size(), 1);
  EXPECT_EQ(agents(query)[0].producer_agent, "c");
}

TEST_P(SummariesTest, StatsNameTheBackend) {
  const auto stats = run(store().stats());
  ASSERT_TRUE(is_ok(stats));
  EXPECT_FALSE(stats->backend.empty());
  EXPECT_TRUE(GetParam().name.starts_with(stats->backend)) << stats->backend;
}

}  // namespace
}  // namespace skep::test
