#include "support/store_test.hpp"

#include <limits>

namespace skep::test {
namespace {

class ListTest : public StoreTest {
 protected:
  Result<Page> page(const ListQuery& query) { return run(store().list(query)); }

  std::vector<OutputRecord> run_of(std::string task_id, std::uint32_t attempt) {
    auto listing = run(store().list_for_attempt(std::move(task_id), attempt));
    EXPECT_TRUE(is_ok(listing));
    EXPECT_TRUE(listing->damaged.empty());
    return std::move(listing->records);
  }
};
SKEP_INSTANTIATE(ListTest, backends());

bool matches(const ListQuery& query, const OutputRecord& record) {
  return (!query.task_id || *query.task_id == record.task_id) &&
         (!query.attempt || *query.attempt == record.attempt) &&
         (!query.producer_agent || *query.producer_agent == record.producer_agent) &&
         record.seq > query.after_seq;
}

TEST_P(ListTest, ARunIsInInsertionOrder) {
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) {
    ids.push_back(append(request("t", 1, i % 2 == 0 ? "b" : "a")).str());
    append(request("t", 2, "a"));
    append(request("u", 1, "a"));
  }
  EXPECT_EQ(ids_of(run_of("t", 1)), ids);
}

TEST_P(ListTest, AnUnknownRunIsEmpty) {
  append(request("t", 1, "a"));
  EXPECT_TRUE(run_of("t", 2).empty());
  EXPECT_TRUE(run_of("", 1).empty());
}

TEST_P(ListTest, ARunOfManyPagesIsWhole) {
  std::vector<AppendRequest> requests(kMaxPageCount * 2 + 1, request("t", 1, "a"));
  ASSERT_TRUE(is_ok(run(store().append_all(requests))));
  const auto records = run_of("t", 1);
  ASSERT_EQ(records.size(), requests.size());
  for (std::size_t i = 1; i < records.size(); ++i) {
    ASSERT_LT(records[i - 1].seq, records[i].seq);
  }
}

TEST_P(ListTest, ARunOfLargeBodiesIsWhole) {
  constexpr std::size_t kCount = 25;
  const std::string value = json_string(std::size_t{1536} << 10U);
  for (std::size_t i = 0; i < kCount; ++i) append(request("t", 1, "a", value));
  EXPECT_EQ(run_of("t", 1).size(), kCount);
}

TEST_P(ListTest, APageEndsWithTheRecordThatFillsIt) {
  constexpr std::size_t kBodyBytes = std::size_t{1536} << 10U;
  constexpr std::size_t kExpectedCount = (kMaxPageBytes + kBodyBytes - 1) / kBodyBytes;
  const std::string value = json_string(kBodyBytes);
  for (std::size_t i = 0; i < kExpectedCount * 2; ++i) append(request("t", 1, "a", value));

  const auto first = page(ListQuery());
  ASSERT_TRUE(is_ok(first));
  EXPECT_EQ(first->listing.records.size(), kExpectedCount);
  ASSERT_TRUE(first->next_after_seq.has_value());
  EXPECT_EQ(*first->next_after_seq, first->listing.records.back().seq);
  EXPECT_EQ(walk(ListQuery()).size(), kExpectedCount * 2);
}

TEST_P(ListTest, ParentRefsCountAsBodiesDo) {
  constexpr std::size_t kRefBytes = std::size_t{64} << 10U;
  constexpr std::size_t kParents = 16;
  constexpr std::size_t kExpectedCount = kMaxPageBytes / (kRefBytes * kParents);
  for (std::size_t i = 0; i < kExpectedCount + 2; ++i) {
    AppendRequest large = request("t", 1, "a");
    for (std::size_t k = 0; k < kParents; ++k) {
      large.parent_refs.emplace_back(std::string(kRefBytes, static_cast<char>('a' + k)));
    }
    append(std::move(large));
  }
  const auto first = page(ListQuery());
  ASSERT_TRUE(is_ok(first));
  EXPECT_EQ(first->listing.records.size(), kExpectedCount);
  EXPECT_EQ(walk(ListQuery()).size(), kExpectedCount + 2);
}

TEST_P(ListTest, APageHoldsOneRecordAtLeast) {
  const std::string value = json_string(kMaxPageBytes + 1);
  append(request("t", 1, "a", value));
  append(request("t", 1, "a", value));
  const auto first = page(ListQuery());
  ASSERT_TRUE(is_ok(first));
  EXPECT_EQ(first->listing.records.size(), 1);
  EXPECT_TRUE(first->next_after_seq.has_value());
}

TEST_P(ListTest, TheLastPageSaysSo) {
  for (int i = 0; i < 6; ++i) append(request("t", 1, "a"));
  ListQuery query;
  query.limit = 6;
  EXPECT_FALSE(page(query)->next_after_seq.has_value());
  query.limit = 3;
  const auto first = page(query);
  ASSERT_TRUE(first->next_after_seq.has_value());
  query.after_seq = *first->next_after_seq;
  EXPECT_FALSE(page(query)->next_after_seq.has_value());
}

TEST_P(ListTest, ABoundNearTheEndsOfItsRange) {
  append(request("t", 1, "a"));
  ListQuery query;
  query.after_seq = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(page(query)->listing.records.size(), 1);
  query.after_seq = std::numeric_limits<std::int64_t>::max();
  EXPECT_TRUE(page(query)->listing.records.empty());
  EXPECT_FALSE(page(query)->next_after_seq.has_value());
}

TEST_P(ListTest, AnEmptyStoreHasAnEmptyPage) {
  const auto only = page(ListQuery());
  ASSERT_TRUE(is_ok(only));
  EXPECT_TRUE(only->listing.records.empty());
  EXPECT_FALSE(only->next_after_seq.has_value());
}

// Every combination of filters, walked in pages of several sizes from several places, gives what a
// look at each record gives.
TEST_P(ListTest, PagesOfEveryFilterEqualTheWholeList) {
  const std::vector<std::string> words = {"", "a", "b"};
  for (std::size_t i = 0; i < 70; ++i) {
    append(request(words[i % 3], static_cast<std::uint32_t>(i % 2), words[i * i % 7 % 3]));
  }
  const auto everything = all();
  ASSERT_EQ(everything.size(), 70);

  for (int filters = 0; filters < 8; ++filters) {
    const bool by_task = (filters & 1) != 0;
    const bool by_attempt = (filters & 2) != 0;
    if (by_attempt && !by_task) continue;
    for (const std::string& word : words) {
      for (const std::size_t limit : {std::size_t{1}, std::size_t{7}, kMaxPageCount}) {
        for (const std::int64_t after_seq : {std::int64_t{0}, everything[33].seq}) {
          ListQuery query;
          if (by_task) query.task_id = word;
          if (by_attempt) query.attempt = 1;
          if ((filters & 4) != 0) query.producer_agent = word;
          query.limit = limit;
          query.after_seq = after_seq;
          auto expected = everything;
          std::erase_if(expected, [&](const OutputRecord& r) { return !matches(query, r); });
          EXPECT_EQ(walk(query), expected) << filters << " " << word << " " << limit;
        }
      }
    }
  }
}

}  // namespace
}  // namespace skep::test
