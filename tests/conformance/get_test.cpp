#include "support/store_test.hpp"

namespace skep::test {
namespace {

class GetTest : public StoreTest {};
SKEP_INSTANTIATE(GetTest, backends());

TEST_P(GetTest, FindsEachRecordByItsRef) {
  std::vector<OutputRef> refs;
  for (int i = 0; i < 20; ++i) refs.push_back(append(request("t", 1, "a", std::to_string(i))));
  for (int i = 0; i < 20; ++i) {
    const OutputRef& ref = refs[static_cast<std::size_t>(i)];
    EXPECT_EQ(get(ref), record(ref.str(), request("t", 1, "a", std::to_string(i))));
  }
}

TEST_P(GetTest, AnUnknownRefIsNotFound) {
  append(request("t", 1, "a"));
  const auto found = run(store().get(OutputRef("out-zzz")));
  ASSERT_TRUE(is_error(found, ErrorKind::kNotFound));
  EXPECT_EQ(found.error().message, "output not found: out-zzz");
}

TEST_P(GetTest, ARefIsExact) {
  const std::string ref = append(request("t", 1, "a")).str();
  const std::vector<std::string> others = {"",
                                           ref.substr(1),
                                           ref.substr(0, ref.size() - 1),
                                           ref + " ",
                                           ref + std::string(1, '\0'),
                                           "OUT" + ref.substr(3),
                                           "a"};
  for (const std::string& other : others) {
    EXPECT_TRUE(is_error(run(store().get(OutputRef(other))), ErrorKind::kNotFound)) << other;
  }
}

TEST_P(GetTest, ReadsTheSameTwice) {
  const OutputRef ref = append(request("t", 1, "a"));
  const OutputRecord first = get(ref);
  const OutputRecord second = get(ref);
  EXPECT_EQ(first, second);
  EXPECT_EQ(first.seq, second.seq);
  EXPECT_EQ(first.created_at, second.created_at);
}

}  // namespace
}  // namespace skep::test
