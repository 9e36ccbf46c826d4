// What a prune of a random store leaves, against what its definition says.
#include "model/below.hpp"
#include "support/backend.hpp"
#include "support/expect.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace skep::test {
namespace {

// A record as the test draws it; its id is its index, and so are its parents.
struct Drawn {
  int agent = 0;
  int task = 0;
  int age_hours = 0;
  std::vector<int> parents;
};

struct Criteria {
  bool by_age = false;
  int keep = 0;  // 0: not a criterion
  bool by_task = false;
  bool remove_newest = false;
  bool remove_ancestors = false;
};

std::vector<Drawn> draw_records() {
  std::vector<Drawn> records(static_cast<std::size_t>(below(25) + 1));
  for (Drawn& record : records) {
    record.agent = below(3);
    record.task = below(2);
    record.age_hours = below(3);
    // Any record, itself and later ones included, or one that is not there.
    for (int count = below(3); count > 0; --count) {
      record.parents.push_back(below(static_cast<int>(records.size()) + 2));
    }
  }
  return records;
}

Criteria draw_criteria() {
  Criteria criteria;
  criteria.by_age = below(2) == 0;
  criteria.keep = below(3);
  criteria.by_task = below(3) == 0;
  if (!criteria.by_age && criteria.keep == 0) criteria.by_task = true;
  criteria.remove_newest = below(3) == 0;
  criteria.remove_ancestors = below(3) == 0;
  return criteria;
}

// By the words of the definition: the greatest set of records that match, are not protected, and of
// which each has only children that are in the set too and come after it.
std::set<int> expected_to_go(const std::vector<Drawn>& records, const Criteria& criteria) {
  std::set<int> going;
  const int count = static_cast<int>(records.size());
  for (int i = 0; i + 1 < count; ++i) {
    const Drawn& record = records[static_cast<std::size_t>(i)];
    int newer = 0;
    for (int j = i + 1; j < count; ++j) {
      if (records[static_cast<std::size_t>(j)].agent == record.agent) ++newer;
    }
    if (criteria.by_age && record.age_hours == 0) continue;
    if (criteria.keep > 0 && newer < criteria.keep) continue;
    if (criteria.by_task && record.task != 0) continue;
    if (!criteria.remove_newest && newer == 0) continue;
    going.insert(i);
  }
  if (criteria.remove_ancestors) return going;
  for (bool changed = true; changed;) {
    changed = false;
    for (int child = 0; child < count; ++child) {
      for (const int parent : records[static_cast<std::size_t>(child)].parents) {
        const bool keeps = parent != child && (child < parent || !going.contains(child));
        if (keeps && going.erase(parent) > 0) changed = true;
      }
    }
  }
  return going;
}

class PruneModelTest : public testing::TestWithParam<Backend> {};
INSTANTIATE_TEST_SUITE_P(Store, PruneModelTest, testing::ValuesIn(backends()),
                         [](const auto& test) { return test.param.name; });

TEST_P(PruneModelTest, LeavesWhatItsDefinitionSays) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const bool holds = rc::check([&] {
    const auto drawn = draw_records();
    const auto criteria = draw_criteria();
    const TempDir directory;
    const auto store = GetParam().open(directory.path(), kDefaultMaxBodyBytes);
    std::vector<OutputRecord> records;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      auto output = request(drawn[i].task == 0 ? "x" : "y", 1, std::to_string(drawn[i].agent));
      for (const int parent : drawn[i].parents) {
        output.parent_refs.emplace_back(std::to_string(parent));
      }
      records.push_back(record(std::to_string(i), std::move(output)));
      records.back().created_at = now - std::chrono::hours(drawn[i].age_hours);
    }
    RC_ASSERT(run(store->import_records(std::move(records))).has_value());

    PruneQuery query;
    if (criteria.by_age) query.older_than = now - std::chrono::minutes(30);
    if (criteria.keep > 0) query.keep_per_producer = static_cast<std::uint64_t>(criteria.keep);
    if (criteria.by_task) query.task_id = "x";
    query.remove_newest = criteria.remove_newest;
    query.remove_ancestors = criteria.remove_ancestors;
    const auto going = expected_to_go(drawn, criteria);
    const auto told = run(store->prune(query));
    RC_ASSERT(told.has_value());
    RC_ASSERT(told->record_count == going.size());
    query.dry_run = false;
    const auto done = run(store->prune(query));
    RC_ASSERT(done.has_value());
    RC_ASSERT(done->record_count == going.size());
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      const bool is_there = run(store->get(OutputRef(std::to_string(i)))).has_value();
      RC_ASSERT(is_there != going.contains(static_cast<int>(i)));
    }
    const auto report = run(store->verify());
    RC_ASSERT(report.has_value() && report->sound());
    RC_ASSERT(run(store->stats())->output_count == drawn.size() - going.size());
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace skep::test
