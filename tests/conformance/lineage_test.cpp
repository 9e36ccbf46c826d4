// What an output was derived from, and what was derived from it.
#include "support/store_test.hpp"

#include <skep/json.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace skep::test {
namespace {

using Refs = std::vector<std::string>;

class LineageTest : public StoreTest {
 protected:
  // Stores a record "id" of run t/1 with these parents.
  void put(const std::string& id, const Refs& parents, const std::string& task = "t",
           std::uint32_t attempt = 1) {
    auto output = request(task, attempt, "agent of " + id);
    for (const auto& parent : parents) output.parent_refs.emplace_back(parent);
    std::vector<OutputRecord> records{record(id, std::move(output))};
    EXPECT_TRUE(is_ok(run(store().import_records(std::move(records)))));
  }

  // Stores 0 … count - 1, of which each has as its parent what `parent_of` gives, if any.
  template <class ParentOf>
  void put_many(std::size_t count, ParentOf parent_of) {
    for (std::size_t next = 0; next < count;) {
      std::vector<OutputRecord> records;
      for (; next < count && records.size() < 20'000; ++next) {
        auto output = request("t", 1, "a");
        if (next > 0) output.parent_refs.emplace_back(std::to_string(parent_of(next)));
        records.push_back(record(std::to_string(next), std::move(output)));
      }
      ASSERT_TRUE(is_ok(run(store().import_records(std::move(records)))));
    }
  }

  Result<Lineage> up(const std::string& id, LineageQuery query = {}) {
    return run(store().ancestors(OutputRef(id), std::move(query)));
  }
  Result<Lineage> down(const std::string& id, LineageQuery query = {}) {
    return run(store().descendants(OutputRef(id), std::move(query)));
  }
};
SKEP_INSTANTIATE(LineageTest, backends());

LineageQuery limits(std::size_t max_depth, std::size_t max_count) {
  LineageQuery query;
  query.max_depth = max_depth;
  query.max_count = max_count;
  return query;
}

// "id@depth", and what is special about the node.
Refs nodes_of(const Result<Lineage>& lineage) {
  Refs nodes;
  for (const LineageNode& node : lineage.value().nodes) {
    std::string text = node.id.str() + "@" + std::to_string(node.depth);
    if (node.state != LineageState::kPresent) text += " " + std::string(to_string(node.state));
    if (node.is_cut) text += " cut";
    nodes.push_back(std::move(text));
  }
  return nodes;
}

// "child<parent".
Refs edges_of(const Result<Lineage>& lineage) {
  Refs edges;
  for (const LineageEdge& edge : lineage.value().edges) {
    edges.push_back(lineage->nodes[edge.child].id.str() + "<" +
                    lineage->nodes[edge.parent].id.str());
  }
  return edges;
}

TEST_P(LineageTest, OfOneAlone) {
  const OutputRef ref = append(request("task", 7, "agent"));
  for (const auto& lineage : {up(ref.str()), down(ref.str())}) {
    ASSERT_TRUE(is_ok(lineage));
    ASSERT_EQ(lineage->nodes.size(), 1U);
    const LineageNode& node = lineage->nodes.front();
    const OutputRecord record = get(ref);
    EXPECT_EQ(node.id, ref);
    EXPECT_EQ(node.depth, 0U);
    EXPECT_EQ(node.state, LineageState::kPresent);
    EXPECT_EQ(node.task_id, "task");
    EXPECT_EQ(node.attempt, 7U);
    EXPECT_EQ(node.producer_agent, "agent");
    EXPECT_EQ(node.type, "final");
    EXPECT_EQ(node.seq, record.seq);
    EXPECT_EQ(node.created_at, record.created_at);
    EXPECT_TRUE(lineage->edges.empty());
    EXPECT_FALSE(lineage->cut_by_depth || lineage->cut_by_count || node.is_cut);
  }
  EXPECT_EQ(up(ref.str())->direction, LineageDirection::kAncestors);
  EXPECT_EQ(down(ref.str())->direction, LineageDirection::kDescendants);
}

TEST_P(LineageTest, NamesTheTypeOfEachEvent) {
  const Inline body(json("null"));
  const std::vector<OutputEvent> events{Progress("s"), Partial(body), Artifact("n", body),
                                        Final(body, false)};
  std::vector<OutputRef> refs;
  for (const OutputEvent& event : events) {
    AppendRequest output("t", 1, "a", event, refs);
    refs.push_back(append(std::move(output)));
  }
  const auto lineage = up(refs.back().str());
  ASSERT_TRUE(is_ok(lineage));
  ASSERT_EQ(lineage->nodes.size(), 4U);
  EXPECT_EQ(lineage->nodes[0].type, "final");
  EXPECT_EQ(lineage->nodes[1].type, "progress");
  EXPECT_EQ(lineage->nodes[2].type, "partial");
  EXPECT_EQ(lineage->nodes[3].type, "artifact");
}

TEST_P(LineageTest, OfAChain) {
  put("a", {});
  put("b", {"a"});
  put("c", {"b"});
  EXPECT_EQ(nodes_of(up("c")), (Refs{"c@0", "b@1", "a@2"}));
  EXPECT_EQ(edges_of(up("c")), (Refs{"c<b", "b<a"}));
  EXPECT_EQ(nodes_of(down("a")), (Refs{"a@0", "b@1", "c@2"}));
  EXPECT_EQ(edges_of(down("a")), (Refs{"b<a", "c<b"}));
  EXPECT_EQ(nodes_of(up("b")), (Refs{"b@0", "a@1"}));
  EXPECT_EQ(nodes_of(down("b")), (Refs{"b@0", "c@1"}));
}

TEST_P(LineageTest, ParentsComeInTheProducersOrderAndChildrenBySeq) {
  put("z", {});
  put("a", {"z"});
  put("m", {"z"});
  put("b", {"z"});
  put("end", {"m", "b", "a"});
  EXPECT_EQ(nodes_of(up("end")), (Refs{"end@0", "m@1", "b@1", "a@1", "z@2"}));
  EXPECT_EQ(nodes_of(down("z")), (Refs{"z@0", "a@1", "m@1", "b@1", "end@2"}));
}

TEST_P(LineageTest, OfADiamondHoldsEachNodeAndEachEdgeOnce) {
  put("top", {});
  put("left", {"top", "top"});
  put("right", {"top"});
  put("end", {"left", "right", "left", "top"});
  EXPECT_EQ(nodes_of(up("end")), (Refs{"end@0", "left@1", "right@1", "top@1"}));
  EXPECT_EQ(edges_of(up("end")),
            (Refs{"end<left", "end<right", "end<top", "left<top", "right<top"}));
  EXPECT_EQ(nodes_of(down("top")), (Refs{"top@0", "left@1", "right@1", "end@1"}));
  EXPECT_EQ(edges_of(down("top")),
            (Refs{"left<top", "right<top", "end<top", "end<left", "end<right"}));
}

TEST_P(LineageTest, SurvivesCycles) {
  put("a", {"c"});
  put("b", {"a"});
  put("c", {"b", "d"});
  put("d", {"d"});
  EXPECT_EQ(nodes_of(up("a")), (Refs{"a@0", "c@1", "b@2", "d@2"}));
  EXPECT_EQ(edges_of(up("a")), (Refs{"a<c", "c<b", "c<d", "b<a", "d<d"}));
  EXPECT_EQ(nodes_of(down("a")), (Refs{"a@0", "b@1", "c@2"}));
  EXPECT_EQ(edges_of(down("a")), (Refs{"a<c", "b<a", "c<b"}));
  EXPECT_EQ(nodes_of(down("d")), (Refs{"d@0", "c@1", "a@2", "b@3"}));
  EXPECT_EQ(nodes_of(up("d")), (Refs{"d@0"}));
  EXPECT_EQ(edges_of(up("d")), (Refs{"d<d"}));
}

TEST_P(LineageTest, ShowsParentsThatAreMissing) {
  put("a", {"gone", "lost"});
  put("b", {"a", "gone"});
  EXPECT_EQ(nodes_of(up("b")), (Refs{"b@0", "a@1", "gone@1 missing", "lost@2 missing"}));
  EXPECT_EQ(edges_of(up("b")), (Refs{"b<a", "b<gone", "a<gone", "a<lost"}));
  const auto missing = up("b").value().nodes[2];
  EXPECT_TRUE(missing.task_id.empty() && missing.producer_agent.empty() && missing.type.empty());
}

TEST_P(LineageTest, OfAMissingRefThatRecordsNameLeadsDown) {
  put("a", {"gone"});
  put("b", {"a", "gone"});
  EXPECT_EQ(nodes_of(down("gone")), (Refs{"gone@0 missing", "a@1", "b@1"}));
  EXPECT_EQ(edges_of(down("gone")), (Refs{"a<gone", "b<gone", "b<a"}));
  EXPECT_TRUE(is_error(up("gone"), ErrorKind::kNotFound, "gone"));
  EXPECT_EQ(nodes_of(down("gone", limits(0, 9))), (Refs{"gone@0 missing cut"}));
  EXPECT_EQ(nodes_of(down("gone", limits(9, 1))), (Refs{"gone@0 missing cut"}));
  put("gone", {});
  EXPECT_EQ(nodes_of(down("gone")), (Refs{"gone@0", "a@1", "b@1"}));
  EXPECT_EQ(nodes_of(up("gone")), (Refs{"gone@0"}));
}

TEST_P(LineageTest, OfWhatIsNotThereIsNotFound) {
  put("a", {""});
  for (const std::string ref : {"none", ""}) {
    EXPECT_TRUE(is_error(up(ref), ErrorKind::kNotFound)) << ref;
    EXPECT_TRUE(is_error(down(ref), ErrorKind::kNotFound)) << ref;
  }
  EXPECT_TRUE(is_error(up("\xff"), ErrorKind::kInvalidArgument));
}

TEST_P(LineageTest, RefsMayHaveAnyForm) {
  const std::string odd = "é/\"\\ \n[\"x\", ]";
  put(odd, {".."});
  put("b", {odd});
  EXPECT_EQ(nodes_of(up("b")), (Refs{"b@0", odd + "@1", "..@2 missing"}));
  EXPECT_EQ(nodes_of(down("..")), (Refs{"..@0 missing", odd + "@1", "b@2"}));
}

TEST_P(LineageTest, EndsAtItsDepth) {
  put("a", {});
  put("b", {"a"});
  put("c", {"b"});
  put("side", {"a"});
  put("d", {"c", "side"});
  const auto shallow = up("d", limits(1, 100));
  EXPECT_EQ(nodes_of(shallow), (Refs{"d@0", "c@1 cut", "side@1 cut"}));
  EXPECT_TRUE(shallow->cut_by_depth);
  EXPECT_FALSE(shallow->cut_by_count);
  EXPECT_EQ(edges_of(shallow), (Refs{"d<c", "d<side"}));
  EXPECT_EQ(nodes_of(up("d", limits(2, 100))), (Refs{"d@0", "c@1", "side@1", "b@2", "a@2"}));
  EXPECT_EQ(edges_of(up("d", limits(2, 100))).size(), 5U);  // b<a too
  EXPECT_FALSE(up("d", limits(2, 100))->cut_by_depth);
  EXPECT_EQ(nodes_of(up("d", limits(0, 100))), (Refs{"d@0 cut"}));

  EXPECT_EQ(nodes_of(down("a", limits(1, 100))), (Refs{"a@0", "b@1 cut", "side@1 cut"}));
  EXPECT_EQ(nodes_of(down("a", limits(2, 100))), (Refs{"a@0", "b@1", "side@1", "c@2", "d@2"}));
  EXPECT_FALSE(down("a", limits(2, 100))->cut_by_depth);
  EXPECT_EQ(edges_of(down("a", limits(2, 100))), (Refs{"b<a", "side<a", "c<b", "d<side", "d<c"}));
  EXPECT_EQ(nodes_of(down("a", limits(0, 100))), (Refs{"a@0 cut"}));
}

TEST_P(LineageTest, EndsAtItsCount) {
  put("a", {});
  for (const auto* id : {"b", "c", "d"}) put(id, {"a"});
  put("e", {"b", "c", "d"});
  const auto up_two = up("e", limits(100, 2));
  EXPECT_EQ(nodes_of(up_two), (Refs{"e@0 cut", "b@1 cut"}));
  EXPECT_TRUE(up_two->cut_by_count);
  EXPECT_FALSE(up_two->cut_by_depth);
  EXPECT_EQ(nodes_of(up("e", limits(100, 4))), (Refs{"e@0", "b@1 cut", "c@1 cut", "d@1 cut"}));
  EXPECT_FALSE(up("e", limits(100, 5))->cut_by_count);

  const auto down_three = down("a", limits(100, 3));
  EXPECT_EQ(nodes_of(down_three), (Refs{"a@0 cut", "b@1 cut", "c@1 cut"}));
  EXPECT_TRUE(down_three->cut_by_count);
  EXPECT_EQ(edges_of(down_three), (Refs{"b<a", "c<a"}));
  EXPECT_FALSE(down("a", limits(100, 5))->cut_by_count);
  EXPECT_EQ(nodes_of(down("a", limits(100, 1))), (Refs{"a@0 cut"}));
}

TEST_P(LineageTest, SeesOneRunOnlyIfThatIsAsked) {
  put("mine", {}, "t", 1);
  put("theirs", {"mine"}, "u", 1);
  put("later", {"mine"}, "t", 2);
  put("end", {"theirs", "later", "mine"}, "t", 1);
  LineageQuery query;
  query.task_id = "t";
  EXPECT_EQ(nodes_of(up("end", query)), (Refs{"end@0", "theirs@1 missing", "later@1", "mine@1"}));
  EXPECT_EQ(edges_of(up("end", query)),
            (Refs{"end<theirs", "end<later", "end<mine", "later<mine"}));
  EXPECT_EQ(nodes_of(down("mine", query)), (Refs{"mine@0", "later@1", "end@1"}));
  query.attempt = 1;
  EXPECT_EQ(nodes_of(down("mine", query)), (Refs{"mine@0", "end@1"}));
  EXPECT_EQ(edges_of(down("mine", query)), (Refs{"end<mine"}));
  EXPECT_TRUE(is_error(up("later", query), ErrorKind::kNotFound));
  EXPECT_EQ(nodes_of(down("later", query)), (Refs{"later@0 missing", "end@1"}));
  query.task_id = "u";
  EXPECT_TRUE(is_error(down("later", query), ErrorKind::kNotFound));
}

TEST_P(LineageTest, RefusesLimitsOutOfRange) {
  put("a", {});
  const auto invalid = ErrorKind::kInvalidArgument;
  EXPECT_TRUE(is_ok(up("a", limits(kMaxLineageDepth, kMaxLineageCount))));
  EXPECT_TRUE(is_error(up("a", limits(kMaxLineageDepth + 1, 1)), invalid, "max_depth"));
  EXPECT_TRUE(is_error(up("a", limits(1, kMaxLineageCount + 1)), invalid, "max_count"));
  EXPECT_TRUE(is_error(down("a", limits(1, 0)), invalid, "max_count"));
  LineageQuery query;
  query.attempt = 1;
  EXPECT_TRUE(is_error(down("a", query), invalid, "attempt"));
}

TEST_P(LineageTest, HoldsWhatWasAppendedBeforeItWasAsked) {
  OutputRef last = append(request("t", 1, "a"));
  const OutputRef first = last;
  for (int i = 1; i <= 20; ++i) {
    auto output = request("t", 1, "a");
    output.parent_refs.push_back(last);
    last = append(std::move(output));
    ASSERT_EQ(down(first.str())->nodes.size(), static_cast<std::size_t>(i) + 1);
  }
  EXPECT_EQ(up(last.str())->nodes.size(), 21U);
}

// A hundred thousand. What matters is that the time for each does not grow with them, and that the
// stack does not either; no thread comes in with more of them.
#ifdef __SANITIZE_THREAD__
constexpr std::size_t kMany = 10'000;
#else
constexpr std::size_t kMany = 100'000;
#endif

TEST_P(LineageTest, AChainOfVeryMany) {
  constexpr std::size_t kCount = kMany;
  put_many(kCount, [](std::size_t i) { return i - 1; });
  const auto whole = limits(kMaxLineageDepth, kMaxLineageCount);
  const auto start = std::chrono::steady_clock::now();
  const auto ancestors = up(std::to_string(kCount - 1), whole);
  const auto descendants = down("0", whole);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
  for (const auto* lineage : {&ancestors, &descendants}) {
    ASSERT_TRUE(is_ok(*lineage));
    ASSERT_EQ((*lineage)->nodes.size(), kCount);
    EXPECT_EQ((*lineage)->nodes.back().depth, kCount - 1);
    EXPECT_EQ((*lineage)->edges.size(), kCount - 1);
    EXPECT_FALSE((*lineage)->cut_by_depth || (*lineage)->cut_by_count);
  }
  EXPECT_EQ(ancestors->nodes.back().id.str(), "0");

  // What is not asked for costs nothing.
  const auto few_start = std::chrono::steady_clock::now();
  EXPECT_EQ(up(std::to_string(kCount - 1), limits(100, 10))->nodes.size(), 10U);
  EXPECT_EQ(down("0", limits(10, 100))->nodes.size(), 11U);
  EXPECT_LT(std::chrono::steady_clock::now() - few_start, std::chrono::seconds(1));
}

TEST_P(LineageTest, AFanOfVeryMany) {
  constexpr std::size_t kCount = kMany;
  put_many(kCount, [](std::size_t) { return 0; });
  const auto start = std::chrono::steady_clock::now();
  const auto fan = down("0", limits(1, kMaxLineageCount));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
  ASSERT_TRUE(is_ok(fan));
  ASSERT_EQ(fan->nodes.size(), kCount);
  EXPECT_EQ(fan->edges.size(), kCount - 1);
  EXPECT_FALSE(fan->cut_by_depth || fan->cut_by_count);
  EXPECT_EQ(fan->nodes.back().id.str(), std::to_string(kCount - 1));

  const auto few_start = std::chrono::steady_clock::now();
  const auto few = down("0", limits(100, 10));
  EXPECT_EQ(few->nodes.size(), 10U);
  EXPECT_TRUE(few->cut_by_count);
  EXPECT_EQ(up(std::to_string(kCount - 1))->nodes.size(), 2U);
  EXPECT_LT(std::chrono::steady_clock::now() - few_start, std::chrono::seconds(1));
}

TEST_P(LineageTest, IsRefusedByAClosedStore) {
  put("a", {});
  ASSERT_TRUE(is_ok(run(store().close())));
  EXPECT_TRUE(is_error(up("a"), ErrorKind::kClosed));
  EXPECT_TRUE(is_error(down("a"), ErrorKind::kClosed));
}

}  // namespace
}  // namespace skep::test
