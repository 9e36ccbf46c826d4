#include "support/store_test.hpp"

#include <chrono>
#include <set>

namespace skep::test {
namespace {

class AppendTest : public StoreTest {};
SKEP_INSTANTIATE(AppendTest, backends());

TEST_P(AppendTest, GivesAWellFormedRef) {
  const OutputRef ref = append(request("t", 1, "a"));
  EXPECT_TRUE(ref.is_well_formed()) << ref.str();
}

TEST_P(AppendTest, StoresWhatTheCallerSaid) {
  AppendRequest said("task", 7, "agent", Artifact("report", Inline(json(R"({"a":[1,2]})"))),
                     {OutputRef("out-0000000001"), OutputRef("elsewhere")});
  const OutputRef ref = append(said);
  EXPECT_EQ(get(ref), record(ref.str(), said));
}

TEST_P(AppendTest, NotesTheTime) {
  using Clock = std::chrono::system_clock;
  const auto before = std::chrono::floor<std::chrono::milliseconds>(Clock::now());
  const OutputRef ref = append(request("t", 1, "a"));
  const auto created_at = get(ref).created_at;
  ASSERT_TRUE(created_at.has_value());
  EXPECT_GE(*created_at, before);
  EXPECT_LE(*created_at, Clock::now());
}

TEST_P(AppendTest, NumbersFromOneUpwards) {
  std::int64_t last_seq = 0;
  for (int i = 0; i < 20; ++i) {
    const OutputRecord stored = get(append(request("t", 1, "a")));
    EXPECT_GT(stored.seq, last_seq);
    if (i == 0) {
      EXPECT_EQ(stored.seq, 1);
    }
    last_seq = stored.seq;
  }
}

TEST_P(AppendTest, NeverGivesARefTwice) {
  std::set<std::string> refs;
  for (int i = 0; i < 300; ++i) refs.insert(append(request("t", 1, "a")).str());
  EXPECT_EQ(refs.size(), 300);
  EXPECT_EQ(all().size(), 300);
}

TEST_P(AppendTest, KeepsEqualOutputsApart) {
  const OutputRef first = append(request("t", 1, "a", "1"));
  const OutputRef second = append(request("t", 1, "a", "1"));
  EXPECT_NE(first, second);
  EXPECT_EQ(ids_of(all()), (std::vector{first.str(), second.str()}));
}

}  // namespace
}  // namespace skep::test
