// The store in memory does its work on the caller's executor: nothing but a look at the clock ends
// it.
#include "support/expect.hpp"
#include "support/run.hpp"

#include <skep/memory_store.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace skep::test {
namespace {

using std::chrono_literals::operator""ms;

TEST(MemoryTimeoutTest, ASliceEndsInTime) {
  const auto store = make_memory_store();
  const auto ref = run(store->append(request("t", 1, "a", json_string(std::size_t{16} << 20U))));
  ASSERT_TRUE(is_ok(ref));
  const SliceQuery query(Grep("y"));
  EXPECT_TRUE(is_ok(run(store->slice(*ref, query))));
  EXPECT_TRUE(is_error(run(store->slice(*ref, query, CallOptions(1ms))), ErrorKind::kTimedOut));
  EXPECT_TRUE(is_error(run(store->slice(*ref, query, CallOptions(-1ms))), ErrorKind::kTimedOut));
}

TEST(MemoryTimeoutTest, ALineageEndsInTime) {
  const auto store = make_memory_store();
  std::vector<OutputRecord> records;
  for (int i = 0; i < 5'000; ++i) {
    AppendRequest output = request("t", 1, "a");
    if (i > 0) output.parent_refs.emplace_back(std::to_string(i - 1));
    records.push_back(record(std::to_string(i), std::move(output)));
  }
  ASSERT_TRUE(is_ok(run(store->import_records(std::move(records)))));
  LineageQuery query;
  query.max_depth = query.max_count = 5'000;
  const auto whole = run(store->ancestors(OutputRef("4999"), query));
  ASSERT_TRUE(is_ok(whole));
  EXPECT_EQ(whole->nodes.size(), 5'000U);
  const CallOptions late(-1ms);
  EXPECT_TRUE(
      is_error(run(store->ancestors(OutputRef("4999"), query, late)), ErrorKind::kTimedOut));
  EXPECT_TRUE(is_error(run(store->descendants(OutputRef("0"), query, late)), ErrorKind::kTimedOut));
}

}  // namespace
}  // namespace skep::test
