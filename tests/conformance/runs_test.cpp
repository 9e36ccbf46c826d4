#include "support/store_test.hpp"

#include <string>
#include <utility>

namespace skep::test {
namespace {

using RunId = std::pair<std::string, std::uint32_t>;

class RunsTest : public StoreTest {
 protected:
  std::vector<RunId> runs(const RunQuery& query) {
    const auto found = run(store().runs(query));
    EXPECT_TRUE(is_ok(found));
    std::vector<RunId> ids;
    for (const RunSummary& summary : found.value())
      ids.emplace_back(summary.task_id, summary.attempt);
    return ids;
  }
};
SKEP_INSTANTIATE(RunsTest, backends());

TEST_P(RunsTest, AnEmptyStoreHasNone) { EXPECT_TRUE(runs({}).empty()); }

TEST_P(RunsTest, CountsTheOutputsOfEach) {
  append(request("t", 2, "a"));
  append(request("t", 2, "b"));
  append(request("t", 1, "a"));
  const auto found = run(store().runs());
  ASSERT_TRUE(is_ok(found));
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ((*found)[0].attempt, 1U);
  EXPECT_EQ((*found)[0].output_count, 1U);
  EXPECT_EQ((*found)[0].last_seq, all()[2].seq);
  EXPECT_EQ((*found)[1].attempt, 2U);
  EXPECT_EQ((*found)[1].output_count, 2U);
  EXPECT_EQ((*found)[1].last_seq, all()[1].seq);
}

TEST_P(RunsTest, ComeInOrderAndInPages) {
  const std::vector<RunId> expected{{"", 0},  {"", 4'294'967'295}, {"a", 2}, {"a", 10},
                                    {"b", 0}, {"\xc3\xa9", 1}};
  for (auto i = expected.rbegin(); i != expected.rend(); ++i) {
    append(request(i->first, i->second, "agent"));
  }
  EXPECT_EQ(runs({}), expected);

  for (const std::size_t limit : {1U, 2U, 5U, 6U}) {
    RunQuery query;
    query.limit = limit;
    std::vector<RunId> walked;
    for (;;) {
      const auto page = runs(query);
      EXPECT_LE(page.size(), limit);
      if (page.empty()) break;
      walked.insert(walked.end(), page.begin(), page.end());
      query.after.emplace();
      query.after->task_id = page.back().first;
      query.after->attempt = page.back().second;
    }
    EXPECT_EQ(walked, expected) << limit;
  }
}

TEST_P(RunsTest, CanBeThoseOfOneTask) {
  for (const auto* task : {"a", "b", "c"}) {
    for (const std::uint32_t attempt : {1U, 2U, 3U}) append(request(task, attempt, "agent"));
  }
  RunQuery query;
  query.task_id = "b";
  EXPECT_EQ(runs(query), (std::vector<RunId>{{"b", 1}, {"b", 2}, {"b", 3}}));
  query.after.emplace();
  query.after->task_id = "b";
  query.after->attempt = 1;
  query.limit = 1;
  EXPECT_EQ(runs(query), (std::vector<RunId>{{"b", 2}}));
  query.after->attempt = 3;
  EXPECT_TRUE(runs(query).empty());
  query.after->task_id = "a";
  query.limit = 100;
  EXPECT_EQ(runs(query).size(), 3U);
  query.after->task_id = "c";
  EXPECT_TRUE(runs(query).empty());
  query.after.reset();
  query.task_id = "none";
  EXPECT_TRUE(runs(query).empty());
}

TEST_P(RunsTest, RefusesALimitOutOfRange) {
  RunQuery query;
  query.limit = kMaxPageCount + 1;
  EXPECT_TRUE(is_error(run(store().runs(query)), ErrorKind::kInvalidArgument, "limit"));
}

}  // namespace
}  // namespace skep::test
