// Two runs of a store.
#include "support/expect.hpp"
#include "support/run.hpp"

#include <skep/compare.hpp>
#include <skep/memory_store.hpp>

#include <gtest/gtest.h>

namespace skep::test {
namespace {

OutputEvent text(std::string_view body) {
  return Final(Inline(JsonText::from_string(body).value()), true);
}

OutputEvent json(std::string body) { return Final(Inline(JsonText::parse(body).value()), true); }

class CompareTest : public testing::Test {
 protected:
  void emit(std::uint32_t attempt, const std::string& agent, OutputEvent event) {
    ASSERT_TRUE(run(store_->append({"t", attempt, agent, std::move(event)})));
  }

  [[nodiscard]] Result<RunDiff> try_compare(CompareOptions options = {}) {
    return run(compare_runs(*store_, RunId("t", 1), RunId("t", 2), options));
  }
  [[nodiscard]] RunDiff compare(CompareOptions options = {}) {
    auto diff = try_compare(options);
    EXPECT_TRUE(diff) << diff.error().message;
    return std::move(diff.value());
  }

  std::unique_ptr<OutputStore> store_ = make_memory_store();
};

TEST_F(CompareTest, EqualRunsAreEqualWhateverTheirRefsAndSpacing) {
  for (const std::uint32_t attempt : {1U, 2U}) {
    emit(attempt, "a", Progress("reading", "n"));
    emit(attempt, "a", text("one"));
    emit(attempt, "b", json(attempt == 1 ? R"({"x":1,"y":[]})" : R"({ "x" : 1, "y" : [ ] })"));
    emit(attempt, "c", Artifact("f", FileRef("/p", "m", 5U)));
  }
  const auto diff = compare();
  EXPECT_TRUE(diff.is_equal());
  EXPECT_EQ(diff.left.output_count, 4U);
  ASSERT_EQ(diff.producers.size(), 3U);
  for (const auto& producer : diff.producers) EXPECT_TRUE(producer.is_equal());
  EXPECT_EQ(to_unified_diff(diff), "");
}

TEST_F(CompareTest, NamesWhereTheyPartAndHowTheBodiesDiffer) {
  emit(1, "a", text("same"));
  emit(2, "a", text("same"));
  emit(1, "b", text("x\ny\nz"));
  emit(2, "b", text("x\nY\nz"));
  emit(1, "gone", text("!"));
  emit(2, "new", text("!"));
  const auto diff = compare();
  ASSERT_TRUE(diff.divergence);
  EXPECT_EQ(diff.divergence->index, 1U);
  EXPECT_EQ(diff.divergence->what, Divergence::What::kBody);
  EXPECT_EQ(diff.divergence->left->producer_agent, "b");
  ASSERT_EQ(diff.producers.size(), 4U);
  const auto& b = diff.producers[1];
  EXPECT_EQ(b.different_count, 1U);
  ASSERT_EQ(b.changes.size(), 1U);
  ASSERT_EQ(b.changes[0].diff.hunks.size(), 1U);
  EXPECT_EQ(b.changes[0].diff.hunks[0].lines, (std::vector<std::string>{" x", "-y", "+Y", " z"}));
  EXPECT_EQ(diff.producers[2].only_left_count, 1U);
  EXPECT_EQ(diff.producers[3].only_right_count, 1U);
  const std::string left = b.changes[0].left->id.str();
  const std::string right = b.changes[0].right->id.str();
  EXPECT_EQ(to_unified_diff(diff),
            "--- t/1 b final " + left + "\n+++ t/2 b final " + right +
                "\n@@ -1,3 +1,3 @@\n x\n-y\n+Y\n z\nOnly in t/1: gone final " +
                diff.producers[2].changes[0].left->id.str() + "\nOnly in t/2: new final " +
                diff.producers[3].changes[0].right->id.str() + "\n");
}

TEST_F(CompareTest, OneOutputMoreShiftsNone) {
  for (const char* body : {"1", "2", "3"}) emit(1, "a", text(body));
  for (const char* body : {"1", "extra", "2", "3"}) emit(2, "a", text(body));
  const auto diff = compare();
  EXPECT_EQ(diff.producers[0].equal_count, 3U);
  EXPECT_EQ(diff.producers[0].only_right_count, 1U);
  EXPECT_EQ(diff.producers[0].changes[0].right->index, 1U);
}

TEST_F(CompareTest, OnlyTheSameTypesStandForEachOther) {
  emit(1, "a", Progress("p"));
  emit(1, "a", text("x"));
  emit(2, "a", text("y"));
  const auto diff = compare();
  EXPECT_EQ(diff.divergence->what, Divergence::What::kType);
  EXPECT_EQ(diff.producers[0].only_left_count, 1U);
  EXPECT_EQ(diff.producers[0].different_count, 1U);
}

TEST_F(CompareTest, AnotherOrderOfTheProducersIsADifference) {
  emit(1, "a", text("x"));
  emit(1, "b", text("y"));
  emit(2, "b", text("y"));
  emit(2, "a", text("x"));
  const auto diff = compare();
  ASSERT_TRUE(diff.divergence);
  EXPECT_EQ(diff.divergence->index, 0U);
  EXPECT_EQ(diff.divergence->what, Divergence::What::kProducer);
  for (const auto& producer : diff.producers) EXPECT_TRUE(producer.is_equal());
}

TEST_F(CompareTest, TheEndOfARunIsADifference) {
  emit(1, "a", text("x"));
  emit(2, "a", text("x"));
  emit(2, "a", text("y"));
  const auto diff = compare();
  EXPECT_EQ(diff.divergence->what, Divergence::What::kEnd);
  EXPECT_EQ(diff.divergence->index, 1U);
  EXPECT_FALSE(diff.divergence->left);
}

TEST_F(CompareTest, WhatAnEventIsShowsWhereItDiffers) {
  emit(1, "a", Final(Inline(JsonText::from_string("x").value()), true));
  emit(2, "a", Final(Inline(JsonText::from_string("x").value()), false));
  emit(1, "b", json("1"));
  emit(2, "b", text("1"));
  const auto diff = compare();
  EXPECT_EQ(diff.producers[0].changes[0].diff.hunks[0].lines,
            (std::vector<std::string>{"-final, ok, text", "+final, not ok, text", " x"}));
  EXPECT_EQ(diff.producers[1].different_count, 1U);
}

TEST_F(CompareTest, ALargeBodyDiffersWithoutItsLines) {
  const std::string large(kMaxDiffedBodyBytes + 1, 'x');
  emit(1, "a", text(large));
  emit(2, "a", text(large + "y"));
  const auto diff = compare();
  EXPECT_EQ(diff.producers[0].different_count, 1U);
  EXPECT_TRUE(diff.producers[0].changes[0].diff.hunks.empty());
  EXPECT_EQ(diff.producers[0].changes[0].diff.omitted, "a body is larger than 4 MiB");
}

TEST_F(CompareTest, ALargeNameIsNotComparedByLinesEither) {
  const std::string large(kMaxDiffedBodyBytes + 1, 'n');
  emit(1, "a", Artifact(large, Inline(JsonText::from_string("x").value())));
  emit(2, "a", Artifact(large + "y", Inline(JsonText::from_string("x").value())));
  const auto diff = compare();
  EXPECT_EQ(diff.producers[0].different_count, 1U);
  EXPECT_EQ(diff.producers[0].changes[0].diff.omitted, "a body is larger than 4 MiB");
}

TEST_F(CompareTest, NamesOfArtifactsTakeOfTheRoomForBodies) {
  const std::string large(kMaxDiffedBodyBytes - 100, 'n');
  constexpr std::size_t kPairs = kMaxDiffedBytes / (2 * kMaxDiffedBodyBytes) + 1;
  for (std::size_t i = 0; i < kPairs; ++i) {
    const auto body = [&](const char* word) {
      return Artifact(large, Inline(JsonText::from_string(word + std::to_string(i)).value()));
    };
    emit(1, "a", body("x"));
    emit(2, "a", body("y"));
  }
  const auto diff = compare();
  EXPECT_EQ(diff.producers[0].changes.front().diff.hunks.size(), 1U);
  EXPECT_EQ(diff.producers[0].changes.front().left->body_bytes, 2U);
  EXPECT_EQ(diff.producers[0].changes.back().diff.omitted, "more than 128 MiB of bodies differ");
}

TEST_F(CompareTest, LongNamesOfProducersAreListedUpToALimit) {
  constexpr std::size_t kNameBytes = std::size_t{64} << 10U;
  constexpr std::size_t kListed = kMaxListedNameBytes / kNameBytes;
  for (std::size_t i = 0; i < kListed + 5; ++i) {
    std::string name = std::to_string(i);
    name.resize(kNameBytes, 'n');
    emit(1, name, text("x"));
  }
  emit(2, "other", text("y"));
  const auto diff = compare();
  EXPECT_TRUE(diff.is_truncated);
  EXPECT_EQ(diff.producers.size(), kListed + 6);
  std::size_t listed_count = 0;
  for (const auto& producer : diff.producers) listed_count += producer.changes.size();
  EXPECT_EQ(listed_count, kListed - 1);  // Their refs take some bytes, too.
}

TEST_F(CompareTest, MoreNamesOfProducersThanTheLimitAreRefused) {
  constexpr std::size_t kNameBytes = std::size_t{64} << 10U;
  for (std::size_t i = 0; i < kMaxComparedNameBytes / kNameBytes; ++i) {
    std::string name = std::to_string(i);
    name.resize(kNameBytes, 'n');
    emit(1, name, text("x"));
  }
  emit(2, "a", text("y"));
  const auto diff = try_compare();
  EXPECT_TRUE(is_error(diff, ErrorKind::kTooLarge, "names of producers"));
}

TEST_F(CompareTest, TextsThatDifferTooMuchFallBackAndSaySo) {
  std::string left = "first";
  std::string right = "first";
  for (int i = 0; i < 2'000; ++i) {
    left += "\nl" + std::to_string(i) + "\nboth" + std::to_string(i);
    right += "\nr" + std::to_string(i) + "\nboth" + std::to_string(i);
  }
  emit(1, "a", text(left));
  emit(2, "a", text(right));
  const auto diff = compare();
  const auto& body = diff.producers[0].changes[0].diff;
  EXPECT_FALSE(body.is_minimal);
  ASSERT_EQ(body.hunks.size(), 1U);
  EXPECT_EQ(body.hunks[0].lines.front(), " first");
  EXPECT_EQ(body.hunks[0].lines.back(), " both1999");
}

TEST_F(CompareTest, TheDiffsTogetherAreBounded) {
  std::string half;
  for (int i = 0; i < 30'000; ++i) half += std::to_string(i) + "\n";
  for (int i = 0; i < 4; ++i) {
    emit(1, "a", text(half + std::to_string(i)));
    emit(2, "a", text("other"));
  }
  const auto diff = compare();
  std::size_t omitted_count = 0;
  for (const auto& change : diff.producers[0].changes) {
    if (change.diff.omitted == "the differences take more than 4 MiB") ++omitted_count;
  }
  EXPECT_GT(omitted_count, 0U);
  EXPECT_LT(omitted_count, 4U);
}

TEST_F(CompareTest, ChangesThatAreNotListedAreCounted) {
  std::vector<AppendRequest> requests;
  for (std::size_t i = 0; i <= kMaxListedChanges; ++i) {
    requests.emplace_back("t", 1, "a", Progress(std::to_string(i)));
  }
  ASSERT_TRUE(run(store_->append_all(std::move(requests))));
  emit(2, "b", text("x"));
  const auto diff = compare();
  EXPECT_TRUE(diff.is_truncated);
  EXPECT_EQ(diff.producers[0].only_left_count, kMaxListedChanges + 1);
  EXPECT_EQ(diff.producers[0].changes.size(), kMaxListedChanges);
}

TEST_F(CompareTest, RunsWithoutOutputsAndTooMuchContextAreRefused) {
  emit(1, "a", text("x"));
  const auto missing = try_compare();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
  EXPECT_NE(missing.error().message.find("attempt 2 of task 't'"), std::string::npos);
  CompareOptions options;
  options.context_lines = kMaxDiffContextLines + 1;
  EXPECT_EQ(try_compare(options).error().kind, ErrorKind::kInvalidArgument);
}

TEST_F(CompareTest, WithoutLinesNoBodyIsReadAgain) {
  emit(1, "a", text("x"));
  emit(2, "a", text("y"));
  CompareOptions options;
  options.with_lines = false;
  const auto diff = compare(options);
  EXPECT_EQ(diff.producers[0].different_count, 1U);
  EXPECT_TRUE(diff.producers[0].changes[0].diff.hunks.empty());
}

TEST_F(CompareTest, JsonHasAllOfIt) {
  emit(1, "a", text("x"));
  emit(2, "a", text("y\"\n"));
  const std::string json = to_json(compare());
  EXPECT_NE(json.find(R"("divergence":{"index":0,"what":"body","left":{"id":"out-)"),
            std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("lines":["-x","+y\"","+"])"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("equal":false)"), std::string::npos);
}

}  // namespace
}  // namespace skep::test
