#include "support/store_test.hpp"

#include <set>
#include <thread>

namespace skep::test {
namespace {

AppendOptions key(std::string text) { return AppendOptions(std::move(text)); }

class IdempotencyTest : public StoreTest {};
SKEP_INSTANTIATE(IdempotencyTest, backends());

TEST_P(IdempotencyTest, TheSameRequestIsStoredOnce) {
  const auto first = run(store().append(request("t", 1, "a", "1"), key("k")));
  ASSERT_TRUE(is_ok(first));
  append(request("t", 1, "a", "2"));
  EXPECT_EQ(run(store().append(request("t", 1, "a", "1"), key("k"))), first);
  EXPECT_EQ(all().size(), 2U);
}

TEST_P(IdempotencyTest, EachKeyStandsForItself) {
  const auto first = run(store().append(request("t", 1, "a"), key("k")));
  const auto second = run(store().append(request("t", 1, "a"), key("K")));
  ASSERT_TRUE(is_ok(first));
  ASSERT_TRUE(is_ok(second));
  EXPECT_NE(*first, *second);
}

TEST_P(IdempotencyTest, AnotherRequestUnderTheKeyIsRefused) {
  AppendRequest sent = request("t", 1, "a", "1");
  sent.parent_refs.emplace_back("out-0");
  ASSERT_TRUE(is_ok(run(store().append(sent, key("k")))));

  std::vector<AppendRequest> others(5, sent);
  others[0].task_id = "u";
  others[1].attempt = 2;
  others[2].producer_agent = "b";
  others[3].event = final_of("1.0");
  others[4].parent_refs.clear();
  for (const AppendRequest& other : others) {
    EXPECT_TRUE(is_error(run(store().append(other, key("k"))), ErrorKind::kKeyReused, "\"k\""));
  }
  EXPECT_EQ(all().size(), 1U);
}

TEST_P(IdempotencyTest, ABatchIsStoredOnce) {
  const std::vector<AppendRequest> batch(3, request("t", 1, "a"));
  const auto first = run(store().append_all(batch, key("k")));
  ASSERT_TRUE(is_ok(first));
  EXPECT_EQ(run(store().append_all(batch, key("k"))), first);
  EXPECT_EQ(all().size(), 3U);

  const std::vector<AppendRequest> shorter(2, request("t", 1, "a"));
  EXPECT_TRUE(is_error(run(store().append_all(shorter, key("k"))), ErrorKind::kKeyReused));
  EXPECT_TRUE(is_error(run(store().append(shorter[0], key("k"))), ErrorKind::kKeyReused));
  EXPECT_EQ(all().size(), 3U);
}

TEST_P(IdempotencyTest, ARefusedRequestLeavesItsKeyFree) {
  EXPECT_TRUE(is_error(run(store().append(request("\xff", 1, "a"), key("k"))),
                       ErrorKind::kInvalidArgument));
  EXPECT_TRUE(is_ok(run(store().append(request("t", 1, "a"), key("k")))));
}

TEST_P(IdempotencyTest, AKeyHasALimit) {
  const std::string longest(kMaxIdempotencyKeyBytes, 'k');
  EXPECT_TRUE(is_ok(run(store().append(request("t", 1, "a"), key(longest)))));
  EXPECT_TRUE(is_error(run(store().append(request("t", 1, "a"), key(longest + "k"))),
                       ErrorKind::kTooLarge));
  EXPECT_TRUE(
      is_error(run(store().append(request("t", 1, "a"), key(""))), ErrorKind::kInvalidArgument));
  EXPECT_EQ(all().size(), 1U);
}

TEST_P(IdempotencyTest, OfManyAtOnceOneStores) {
  constexpr int kThreads = 8;
  std::vector<Result<OutputRef>> answers(kThreads, fail(ErrorKind::kInternal, "none"));
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        answers[static_cast<std::size_t>(i)] = run(store().append(request("t", 1, "a"), key("k")));
      });
    }
  }
  for (const auto& answer : answers) EXPECT_EQ(answer, answers.front());
  EXPECT_TRUE(is_ok(answers.front()));
  EXPECT_EQ(all().size(), 1U);
}

class DurableIdempotencyTest : public StoreTest {};
SKEP_INSTANTIATE(DurableIdempotencyTest, durable_backends());

TEST_P(DurableIdempotencyTest, AKeyOutlivesItsStore) {
  const auto first = run(store().append(request("t", 1, "a"), key("k")));
  open();
  EXPECT_EQ(run(store().append(request("t", 1, "a"), key("k"))), first);
  EXPECT_EQ(all().size(), 1U);
}

TEST_P(DurableIdempotencyTest, AnotherStoreOnTheSameDataKnowsIt) {
  const auto other = open_another();
  const auto first = run(store().append(request("t", 1, "a"), key("k")));
  EXPECT_EQ(run(other->append(request("t", 1, "a"), key("k"))), first);
}

}  // namespace
}  // namespace skep::test
