#include "support/store_test.hpp"

namespace skep::test {
namespace {

class LatestTest : public StoreTest {
 protected:
  Result<OutputRecord> latest(std::string name) {
    return run(store().get_latest_by_name(std::move(name)));
  }
  Result<OutputRecord> latest_in_run(std::string task_id, std::uint32_t attempt, std::string name) {
    return run(store().get_latest_by_name_in_run(std::move(task_id), attempt, std::move(name)));
  }
};
SKEP_INSTANTIATE(LatestTest, backends());

TEST_P(LatestTest, IsTheNewestOverAllRuns) {
  append(request("t1", 1, "a"));
  append(request("t2", 1, "a"));
  const OutputRef newest = append(request("t1", 2, "a"));
  append(request("t1", 2, "b"));
  EXPECT_EQ(latest("a")->id, newest);
}

TEST_P(LatestTest, SeesEachNewOutput) {
  for (int i = 0; i < 20; ++i) {
    const OutputRef ref = append(request("t", static_cast<std::uint32_t>(20 - i), "a"));
    EXPECT_EQ(latest("a")->id, ref);
  }
}

TEST_P(LatestTest, InARunIgnoresOtherRuns) {
  const OutputRef wanted = append(request("t1", 1, "a"));
  append(request("t1", 2, "a"));
  append(request("t2", 1, "a"));
  append(request("t1", 1, "b"));
  EXPECT_EQ(latest_in_run("t1", 1, "a")->id, wanted);
}

TEST_P(LatestTest, InARunIsTheNewestOfIt) {
  append(request("t", 1, "a"));
  const OutputRef newest = append(request("t", 1, "a"));
  append(request("t", 2, "a"));
  EXPECT_EQ(latest_in_run("t", 1, "a")->id, newest);
}

TEST_P(LatestTest, AnUnknownNameIsNotFound) {
  append(request("t", 1, "a"));
  const auto found = latest("A");
  ASSERT_TRUE(is_error(found, ErrorKind::kNotFound));
  EXPECT_EQ(found.error().message, "output not found: A");
}

TEST_P(LatestTest, AnUnknownRunIsNotFound) {
  append(request("t", 1, "a"));
  for (const auto& [task_id, attempt, name] :
       {std::tuple("t", 2U, "a"), std::tuple("u", 1U, "a"), std::tuple("t", 1U, "b")}) {
    const auto found = latest_in_run(task_id, attempt, name);
    ASSERT_TRUE(is_error(found, ErrorKind::kNotFound));
    EXPECT_EQ(found.error().message, "output not found: " + std::string(task_id) + "/" +
                                         std::to_string(attempt) + "/" + name);
  }
}

TEST_P(LatestTest, TheEmptyNameIsAName) {
  const OutputRef ref = append(request("", 0, ""));
  append(request("t", 0, "a"));
  EXPECT_EQ(latest("")->id, ref);
  EXPECT_EQ(latest_in_run("", 0, "")->id, ref);
}

}  // namespace
}  // namespace skep::test
