#include "store/id_generator.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace skep {
namespace {

TEST(OutputRefGeneratorTest, RefsAreWellFormedAndDiffer) {
  OutputRefGenerator ids;
  std::set<OutputRef> seen;
  for (int i = 0; i < 1'000; ++i) {
    const OutputRef ref = ids.next();
    EXPECT_TRUE(ref.is_well_formed()) << ref.str();
    EXPECT_TRUE(seen.insert(ref).second);
  }
}

TEST(OutputRefGeneratorTest, CountsUp) {
  OutputRefGenerator ids;
  auto number = std::stoull(ids.next().str().substr(4), nullptr, 16);
  for (int i = 0; i < 100; ++i) {
    const auto next = std::stoull(ids.next().str().substr(4), nullptr, 16);
    EXPECT_EQ(next, (number + 1) % (1ULL << 40U));
    number = next;
  }
}

TEST(OutputRefGeneratorTest, StartsAnywhere) {
  std::set<OutputRef> starts;
  for (int i = 0; i < 50; ++i) starts.insert(OutputRefGenerator().next());
  EXPECT_EQ(starts.size(), 50);  // a chance of one in 10^9 to meet
}

TEST(OutputRefGeneratorTest, ReseedLeavesTheRange) {
  OutputRefGenerator ids;
  const auto before = std::stoull(ids.next().str().substr(4), nullptr, 16);
  ids.reseed();
  const auto after = std::stoull(ids.next().str().substr(4), nullptr, 16);
  EXPECT_NE(after, before + 1);
}

}  // namespace
}  // namespace skep
