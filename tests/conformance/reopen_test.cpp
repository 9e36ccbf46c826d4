#include "support/store_test.hpp"

#include <set>

namespace skep::test {
namespace {

class ReopenTest : public StoreTest {};
SKEP_INSTANTIATE(ReopenTest, durable_backends());
// A program may have no durable back end.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ReopenTest);

TEST_P(ReopenTest, EverythingIsStillThere) {
  append(AppendRequest("t", 1, "a", Progress("s", "n"), {OutputRef("p"), OutputRef("p")}));
  append(AppendRequest("t", 2, "b", Partial(FileRef("/p", "m", 3))));
  append(request("u", 4'294'967'295U, "", "{ \"b\": 1e2,\n \"a\": -0 }"));
  const std::vector<OutputRecord> records = {record("any id", request("t", 1, "a"))};
  ASSERT_TRUE(is_ok(run(store().import_records(records))));
  const auto before = all();

  open();
  const auto after = all();
  ASSERT_EQ(after, before);
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(after[i].seq, before[i].seq);
    EXPECT_EQ(after[i].created_at, before[i].created_at);
  }
  EXPECT_EQ(run(store().get_latest_by_name("a"))->id, OutputRef("any id"));
  EXPECT_EQ(run(store().tasks())->size(), 2);
}

TEST_P(ReopenTest, NumbersAndIdsContinue) {
  std::set<std::string> ids;
  std::int64_t last_seq = 0;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 20; ++i) {
      const OutputRef ref = append(request("t", 1, "a"));
      EXPECT_TRUE(ids.insert(ref.str()).second);
      const OutputRecord stored = get(ref);
      EXPECT_GT(stored.seq, last_seq);
      last_seq = stored.seq;
    }
    if (round % 2 == 0) {
      EXPECT_TRUE(is_ok(run(store().close())));
    }
    open();
  }
  EXPECT_EQ(all().size(), ids.size());
}

TEST_P(ReopenTest, TwoStoresSeeEachOthersWrites) {
  const auto other = open_another();
  std::int64_t last_seq = 0;
  for (int i = 0; i < 20; ++i) {
    OutputStore& writer = i % 2 == 0 ? store() : *other;
    OutputStore& reader = i % 2 == 0 ? *other : store();
    const auto ref = run(writer.append(request("t", 1, "a", std::to_string(i))));
    ASSERT_TRUE(is_ok(ref));
    const auto latest = run(reader.get_latest_by_name("a"));
    ASSERT_TRUE(is_ok(latest));
    EXPECT_EQ(latest->id, *ref);
    EXPECT_GT(latest->seq, last_seq);
    last_seq = latest->seq;
  }
  EXPECT_EQ(all().size(), 20);
}

}  // namespace
}  // namespace skep::test
