#include "support/store_test.hpp"

namespace skep::test {
namespace {

class AppendAllTest : public StoreTest {};
SKEP_INSTANTIATE(AppendAllTest, backends());

TEST_P(AppendAllTest, KeepsTheOrderOfTheRequests) {
  std::vector<AppendRequest> requests;
  for (int i = 0; i < 50; ++i) requests.push_back(request("t", 1, "a", std::to_string(i)));
  const auto refs = run(store().append_all(requests));
  ASSERT_TRUE(is_ok(refs));
  ASSERT_EQ(refs->size(), requests.size());

  const auto stored = all();
  ASSERT_EQ(stored.size(), requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(stored[i], record((*refs)[i].str(), requests[i]));
    EXPECT_EQ(stored[i].seq, static_cast<std::int64_t>(i) + 1);
    EXPECT_TRUE(stored[i].created_at.has_value());
  }
}

TEST_P(AppendAllTest, AnEmptyBatchGivesNoRefs) {
  const auto refs = run(store().append_all({}));
  ASSERT_TRUE(is_ok(refs));
  EXPECT_TRUE(refs->empty());
  EXPECT_TRUE(all().empty());
}

TEST_P(AppendAllTest, OneBadRequestStoresNone) {
  std::vector<AppendRequest> requests(5, request("t", 1, "a"));
  requests[3].producer_agent = "\xff";
  const auto refs = run(store().append_all(requests));
  EXPECT_TRUE(is_error(refs, ErrorKind::kInvalidArgument, "request 3: "));
  EXPECT_TRUE(all().empty());
}

TEST_P(AppendAllTest, TakesTheLargestBatch) {
  const std::vector<AppendRequest> requests(kMaxBatchCount, request("t", 1, "a"));
  const auto refs = run(store().append_all(requests));
  ASSERT_TRUE(is_ok(refs));
  EXPECT_EQ(refs->size(), kMaxBatchCount);
  EXPECT_EQ(run(store().stats())->output_count, kMaxBatchCount);
}

}  // namespace
}  // namespace skep::test
