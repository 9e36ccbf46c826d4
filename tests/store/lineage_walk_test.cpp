// What a walk makes of records that its query does not see.
#include "store/lineage_walk.hpp"

#include "support/expect.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace skep::test {
namespace {

// The root is of "theirs", and so are its many children with their long ids, but for the last.
class Family final : public LineageSource {
 public:
  static constexpr std::size_t kChildBytes = std::size_t{64} << 10U;
  static constexpr std::size_t kChildren = 2 * kMaxLineageBytes / kChildBytes;

  explicit Family(bool has_mine) : has_mine_(has_mine) {}

  Result<LineageRow> look(const OutputRef& ref) override {
    LineageRow row;
    row.node.task_id = ref.str() == "mine" ? "mine" : "theirs";
    row.node.attempt = 1;
    if (ref.str() != "root") row.parents.emplace_back("root");
    return row;
  }

  Result<std::vector<LineageChild>> children(const OutputRef& parent,
                                             const LineageChild* after) override {
    std::vector<LineageChild> some;
    if (parent.str() != "root") return some;
    const auto next = static_cast<std::size_t>(after != nullptr ? after->seq + 1 : 0);
    for (std::size_t i = next; i < std::min(next + 100, kChildren); ++i) {
      std::string id = std::to_string(i);
      id.resize(kChildBytes, 'x');
      some.push_back({static_cast<std::int64_t>(i), std::move(id)});
    }
    if (some.empty() && next == kChildren && has_mine_) {
      some.push_back({static_cast<std::int64_t>(next), "mine"});
    }
    return some;
  }

 private:
  bool has_mine_;
};

Result<Lineage> walk_as_mine(bool has_mine, std::size_t max_depth) {
  Family source(has_mine);
  LineageQuery query;
  query.task_id = "mine";
  query.max_depth = max_depth;
  LineageWalk walk(OutputRef("root"), LineageDirection::kDescendants, query);
  for (;;) {
    const auto done = walk.advance(source);
    if (!done) return std::unexpected(done.error());
    if (*done) return walk.take();
  }
}

TEST(LineageWalkTest, RecordsThatAreNotSeenTakeNoRoom) {
  for (const std::size_t max_depth : {0U, 10U}) {
    EXPECT_TRUE(is_error(walk_as_mine(false, max_depth), ErrorKind::kNotFound));
  }
  const auto found = walk_as_mine(true, 10);
  ASSERT_TRUE(is_ok(found));
  ASSERT_EQ(found->nodes.size(), 2U);
  EXPECT_EQ(found->nodes[0].state, LineageState::kMissing);
  EXPECT_EQ(found->nodes[1].id.str(), "mine");
  EXPECT_FALSE(found->cut_by_count);
}

}  // namespace
}  // namespace skep::test
