#include "support/store_test.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace skep::test {
namespace {

using Names = std::vector<std::string>;
using std::chrono::hours;

class PruneTest : public StoreTest {
 protected:
  // Stores a record "id" that is so many hours old.
  void put(const std::string& id, const std::string& agent, int age_hours,
           const Names& parents = {}, const std::string& task = "t") {
    auto output = request(task, 1, agent, json_string(10));
    for (const auto& parent : parents) output.parent_refs.emplace_back(parent);
    std::vector<OutputRecord> records{record(id, std::move(output))};
    records[0].created_at = now_ - hours(age_hours);
    ASSERT_TRUE(is_ok(run(store().import_records(std::move(records)))));
  }

  // Of all records, those that are left.
  [[nodiscard]] Names left() {
    const auto records = all();
    Names ids = ids_of(records);
    std::ranges::sort(ids);
    return ids;
  }

  // What removes records older than an hour.
  [[nodiscard]] PruneQuery old() const {
    PruneQuery query;
    query.older_than = now_ - hours(1);
    query.dry_run = false;
    return query;
  }

  // Does it, after a dry run that must have said the same.
  PruneReport prune(PruneQuery query) {
    query.dry_run = true;
    const auto before = left();
    const auto told = run(store().prune(query));
    EXPECT_TRUE(is_ok(told));
    EXPECT_EQ(left(), before);
    query.dry_run = false;
    auto done = run(store().prune(query));
    EXPECT_TRUE(is_ok(done));
    if (!told || !done) return {};
    EXPECT_TRUE(told->dry_run);
    EXPECT_FALSE(done->dry_run);
    EXPECT_EQ(told->record_count, done->record_count);
    EXPECT_EQ(told->bytes, done->bytes);
    EXPECT_EQ(told->kept_newest_count, done->kept_newest_count);
    EXPECT_EQ(told->kept_ancestor_count, done->kept_ancestor_count);
    EXPECT_EQ(told->groups.size(), done->groups.size());
    const auto report = run(store().verify());
    EXPECT_TRUE(is_ok(report));
    EXPECT_TRUE(report && report->sound());
    return std::move(*done);
  }

  const Timestamp now_ =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
};
SKEP_INSTANTIATE(PruneTest, backends());

TEST_P(PruneTest, ByAgeAllThatIsOldGoesButTheNewestOfItsAgent) {
  put("a1", "a", 3);
  put("a2", "a", 2);
  put("b1", "b", 2);
  put("a3", "a", 0);
  const auto report = prune(old());
  EXPECT_EQ(left(), (Names{"a3", "b1"}));
  EXPECT_EQ(report.record_count, 2);
  EXPECT_EQ(report.kept_newest_count, 1);
  ASSERT_EQ(report.groups.size(), 1);
  EXPECT_EQ(report.groups[0].task_id, "t");
  EXPECT_EQ(report.groups[0].producer_agent, "a");
  EXPECT_EQ(report.groups[0].record_count, 2);
  EXPECT_EQ(report.groups[0].bytes, report.bytes);
  EXPECT_GT(report.bytes, 20);
}

TEST_P(PruneTest, ByCountSoManyOfEachAgentStay) {
  for (const auto* id : {"1", "2", "3", "4", "5"}) put(id, "a", 5);
  put("6", "b", 5);
  PruneQuery query;
  query.keep_per_producer = 2;
  prune(query);
  EXPECT_EQ(left(), (Names{"4", "5", "6"}));
}

TEST_P(PruneTest, ByTask) {
  put("1", "a", 5, {}, "x");
  put("2", "b", 5, {}, "x");
  put("3", "a", 5, {}, "y");
  PruneQuery query;
  query.task_id = "x";
  prune(query);
  EXPECT_EQ(left(), (Names{"2", "3"}));
  query.remove_newest = true;
  prune(query);
  EXPECT_EQ(left(), (Names{"3"}));
}

TEST_P(PruneTest, AllCriteriaHaveToMatch) {
  put("1", "a", 5, {}, "x");
  put("2", "a", 5, {}, "y");
  put("3", "a", 0, {}, "x");
  put("4", "a", 5, {}, "x");
  put("5", "a", 0, {}, "x");
  auto query = old();
  query.keep_per_producer = 2;
  query.task_id = "x";
  prune(query);
  EXPECT_EQ(left(), (Names{"2", "3", "4", "5"}));
}

TEST_P(PruneTest, WhatSomethingWasDerivedFromStays) {
  put("root", "a", 5);
  put("middle", "a", 4, {"root"});
  put("leaf", "a", 3, {"middle"});
  put("alone", "a", 3, {"nobody"});
  put("young", "a", 0, {"leaf"});
  put("old root", "a", 5);
  put("old leaf", "a", 4, {"old root", "old root"});
  put("last", "a", 0);
  const auto report = prune(old());
  EXPECT_EQ(left(), (Names{"last", "leaf", "middle", "root", "young"}));
  EXPECT_EQ(report.kept_ancestor_count, 3);
  auto query = old();
  query.remove_ancestors = true;
  prune(query);
  EXPECT_EQ(left(), (Names{"last", "young"}));
  EXPECT_EQ(run(store().ancestors(OutputRef("young")))->nodes[1].state, LineageState::kMissing);
  EXPECT_EQ(run(store().descendants(OutputRef("leaf")))->nodes.size(), 2);
}

// A child that was stored before its parent goes first; what goes round in circles stays.
TEST_P(PruneTest, ParentsThatWereStoredAfterTheirChildrenGoLater) {
  put("child", "a", 5, {"parent"});
  put("parent", "a", 5);
  put("one", "a", 5, {"two"});
  put("two", "a", 5, {"one"});
  put("self", "a", 5, {"self"});
  put("last", "a", 0);
  prune(old());
  EXPECT_EQ(left(), (Names{"last", "one", "parent", "two"}));
  prune(old());
  EXPECT_EQ(left(), (Names{"last", "one", "two"}));
  auto query = old();
  query.remove_ancestors = true;
  prune(query);
  EXPECT_EQ(left(), (Names{"last"}));
}

TEST_P(PruneTest, NoSeqIsGivenTwiceAndFollowersGoOn) {
  put("1", "a", 5);
  put("2", "b", 5);
  auto query = old();
  query.remove_newest = true;
  prune(query);
  EXPECT_EQ(left(), (Names{"2"}));
  put("3", "a", 5);
  const auto records = all();
  ASSERT_EQ(records.size(), 2);
  EXPECT_EQ(records[1].seq, 3);
  ListQuery after;
  after.after_seq = 2;
  EXPECT_EQ(run(store().tail(after))->listing.records.at(0).id.str(), "3");
  after.after_seq = 1;
  EXPECT_EQ(run(store().list(after))->listing.records.size(), 2);
}

TEST_P(PruneTest, CountsFollow) {
  for (const auto* id : {"1", "2", "3"}) put(id, "a", 5, {}, "x");
  put("4", "b", 0, {}, "y");
  EXPECT_EQ(run(store().stats())->task_count, 2);
  auto query = old();
  query.remove_newest = true;
  prune(query);
  const auto stats = run(store().stats());
  EXPECT_EQ(stats->output_count, 1);
  EXPECT_EQ(stats->task_count, 1);
  EXPECT_EQ(stats->agent_count, 1);
  EXPECT_EQ(stats->last_seq, 4);
  EXPECT_EQ(run(store().tasks())->at(0).task_id, "y");
}

TEST_P(PruneTest, AnIdempotencyKeyStillAnswersForWhatIsGone) {
  const AppendOptions key("key");
  const auto first = run(store().append(request("t", 1, "a"), key));
  ASSERT_TRUE(is_ok(first));
  append(request("t", 2, "a"));
  PruneQuery query;
  query.keep_per_producer = 1;
  prune(query);
  EXPECT_TRUE(is_error(run(store().get(*first)), ErrorKind::kNotFound));
  EXPECT_EQ(run(store().append(request("t", 1, "a"), key)), first);
  EXPECT_EQ(left().size(), 1);
}

TEST_P(PruneTest, ManyGoWhileAppendsSucceed) {
  std::vector<OutputRecord> records;
  for (int i = 0; i < 3'000; ++i) {
    records.push_back(record("r" + std::to_string(i), request("t", 1, "a", json_string(200))));
    if (i % 3 != 0) records.back().parent_refs.emplace_back("r" + std::to_string(i - 1));
    records.back().created_at = now_ - hours(5);
  }
  ASSERT_TRUE(is_ok(run(store().import_records(std::move(records)))));
  std::atomic<bool> stop = false;
  std::atomic<int> appended = 0;
  std::thread writer([&] {
    while (!stop) {
      auto output = request("t", 2, "b");
      // One of the first: it is to stay from now on, unless it has gone already.
      output.parent_refs.emplace_back("r" + std::to_string(appended % 50 * 3 + 2));
      EXPECT_TRUE(is_ok(run(store().append(std::move(output)))));
      ++appended;
    }
  });
  while (appended < 5) std::this_thread::yield();
  const auto report = run(store().prune(old()));
  stop = true;
  writer.join();
  ASSERT_TRUE(is_ok(report));
  EXPECT_GT(report->record_count, 2'800);
  // Whatever was there when a child of it was stored has all that it was derived from.
  for (const OutputRecord& left : all()) {
    if (left.producer_agent != "a") continue;
    for (const OutputRef& parent : left.parent_refs) {
      EXPECT_TRUE(is_ok(run(store().get(parent)))) << left.id.str();
    }
  }
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(is_ok(run(store().get(OutputRef("r" + std::to_string(i * 3 + 2))))));
    EXPECT_TRUE(is_ok(run(store().get(OutputRef("r" + std::to_string(i * 3))))));
  }
  const auto verified = run(store().verify());
  EXPECT_TRUE(verified->sound()) << to_json(*verified);
}

TEST_P(PruneTest, AQueryThatMakesNoSenseIsRefused) {
  put("1", "a", 5);
  PruneQuery query;
  query.dry_run = false;
  const auto invalid = ErrorKind::kInvalidArgument;
  EXPECT_TRUE(is_error(run(store().prune(query)), invalid, "criterion"));
  query.remove_newest = true;
  EXPECT_TRUE(is_error(run(store().prune(query)), invalid, "criterion"));
  query.keep_per_producer = 0;
  EXPECT_TRUE(is_error(run(store().prune(query)), invalid, "at least 1"));
  EXPECT_EQ(left(), (Names{"1"}));
  ASSERT_TRUE(is_ok(run(store().close())));
  EXPECT_TRUE(is_error(run(store().prune(old())), ErrorKind::kClosed));
}

}  // namespace
}  // namespace skep::test
