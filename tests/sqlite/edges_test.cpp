// The edges in the file are those of the records, whoever wrote, changed or deleted them.
#include "sqlite/file_fixture.hpp"

#include <set>

namespace skep::test {
namespace {

class EdgesTest : public SqliteFileTest {
 protected:
  // As another program appends, which knows seven columns.
  static void insert(RawFile& file, const std::string& id, const std::string& parents,
                     const std::string& verb = "INSERT") {
    file.execute(verb +
                 " INTO outputs (id, task_id, attempt, producer_agent, event_json, "
                 "parent_refs_json, seq) VALUES ('" +
                 id + "', 't', 1, 'a', '" + kEvent + "', '" + parents +
                 "', (SELECT COALESCE(MAX(seq), 0) + 1 FROM outputs))");
  }

  static std::set<std::string> down(BlockingStore& store, const std::string& id) {
    std::set<std::string> ids;
    const auto lineage = store.descendants(OutputRef(id));
    if (!lineage) return ids;
    for (const LineageNode& node : lineage->nodes) ids.insert(node.id.str());
    ids.erase(id);
    return ids;
  }

  static inline const std::string kEvent = R"({"type":"progress","stage":"s","note":null})";
};

using Ids = std::set<std::string>;

TEST_F(EdgesTest, ThoseOfAnotherWriterAreThere) {
  auto store = open();
  RawFile file(path());
  insert(file, "a", "[]");
  insert(file, "b", R"(["a"])");
  insert(file, "c", R"([ "b" ,
    "\u0061" ])");
  EXPECT_EQ(down(store, "a"), (Ids{"b", "c"}));
  EXPECT_EQ(store.ancestors(OutputRef("c"))->nodes.size(), 3U);
  auto output = request("t", 1, "a");
  output.parent_refs.emplace_back("c");
  const auto ours = store.append(output).value();
  EXPECT_EQ(down(store, "b"), (Ids{"c", ours.str()}));
  insert(file, "d", "[\"" + ours.str() + "\"]");
  EXPECT_EQ(down(store, "c"), (Ids{ours.str(), "d"}));
}

TEST_F(EdgesTest, WhateverAnotherWriterCallsParentsItsInsertSucceeds) {
  auto store = open();
  RawFile file(path());
  file.execute("PRAGMA trusted_schema=OFF");
  const std::vector<std::string> lists{"",    "null",     "{}", R"({"a":"b"})", R"(["a")", "[1",
                                       "[1]", R"(["\q])", "x",  R"(["a",])"};
  for (std::size_t i = 0; i < lists.size(); ++i) insert(file, "id" + std::to_string(i), lists[i]);
  file.execute("INSERT INTO outputs VALUES ('blob', 't', 1, 'a', '" + kEvent +
               "', x'ff00', 100, NULL), (NULL, 't', 1, 'a', '" + kEvent +
               "', '[\"a\"]', 101, NULL), ('text', 't', 1, 'a', '" + kEvent +
               "', '[\"a\"]', 'x', NULL)");
  EXPECT_EQ(down(store, "a"), (Ids{"text"}));
  EXPECT_EQ(store.descendants(OutputRef("a"))->nodes[1].state, LineageState::kDamaged);
  EXPECT_EQ(store.ancestors(OutputRef("id4"))->nodes[0].state, LineageState::kDamaged);
  EXPECT_EQ(file.rows("SELECT COUNT(*) FROM skep_edge_log"), std::vector<std::string>{"0"});
}

TEST_F(EdgesTest, FollowChangesByHand) {
  auto store = open();
  RawFile file(path());
  for (const auto* id : {"a", "b"}) insert(file, id, "[]");
  insert(file, "c", R"(["a"])");
  insert(file, "d", R"(["c","a"])");
  EXPECT_EQ(down(store, "a"), (Ids{"c", "d"}));
  file.execute("DELETE FROM outputs WHERE id = 'd'");
  EXPECT_EQ(down(store, "a"), (Ids{"c"}));
  file.execute(R"(UPDATE outputs SET parent_refs_json = '["b"]' WHERE id = 'c')");
  EXPECT_TRUE(down(store, "a").empty());
  EXPECT_EQ(down(store, "b"), (Ids{"c"}));
  file.execute("UPDATE outputs SET id = 'e' WHERE id = 'c'");
  EXPECT_EQ(down(store, "b"), (Ids{"e"}));
  // Without recursive triggers, nothing tells of the row that a REPLACE removes.
  insert(file, "e", R"(["a"])", "INSERT OR REPLACE");
  EXPECT_TRUE(down(store, "b").empty());
  EXPECT_EQ(down(store, "a"), (Ids{"e"}));
  EXPECT_EQ(file.rows("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
}

TEST_F(EdgesTest, AnOlderFileIsCaughtUp) {
  make_old_file(1);
  {
    RawFile file(path());
    for (int i = 2; i <= 5'000; ++i) {
      insert(file, "n" + std::to_string(i),
             i == 2 ? R"(["out-0000000001"])" : "[\"n" + std::to_string(i - 1) + "\"]");
    }
  }
  auto store = open();
  EXPECT_EQ(RawFile(path()).rows("SELECT COUNT(*) FROM skep_edges"),
            std::vector<std::string>{"4999"});
  LineageQuery query;
  query.max_depth = kMaxLineageDepth;
  query.max_count = kMaxLineageCount;
  EXPECT_EQ(store.descendants(OutputRef("out-0000000001"), query)->nodes.size(), 5'000U);
}

TEST_F(EdgesTest, AFileThatLostItsTriggersIsCaughtUp) {
  {
    const auto store = open();
  }
  RawFile file(path());
  insert(file, "a", "[]");
  insert(file, "b", R"(["a"])");
  for (const std::string lost : {"TRIGGER skep_edges_added", "TRIGGER skep_edges_removed",
                                 "TRIGGER skep_edges_changed", "TABLE skep_edges"}) {
    file.execute("DROP " + lost);
    insert(file, lost, R"(["a"])");
    file.execute("DELETE FROM outputs WHERE id = 'b'");
    auto store = open();
    const auto found = down(store, "a");
    EXPECT_TRUE(found.contains(lost)) << lost;
    EXPECT_FALSE(found.contains("b")) << lost;
    insert(file, "b", R"(["a"])");
  }
}

TEST_F(EdgesTest, ABodyIsNotLookedAtButAnEventThatIsNoneIsDamaged) {
  auto store = open();
  RawFile file(path());
  insert(file, "a", "[]");
  insert(file, "b", R"(["a"])");
  file.execute(R"(UPDATE outputs SET event_json = '{"stage":"s", "type":"progress"}' )"
               "WHERE id = 'a'");
  file.execute("UPDATE outputs SET event_json = '{' WHERE id = 'b'");
  const auto lineage = store.ancestors(OutputRef("b"));
  ASSERT_TRUE(is_ok(lineage));
  ASSERT_EQ(lineage->nodes.size(), 2U);
  EXPECT_EQ(lineage->nodes[0].state, LineageState::kDamaged);
  EXPECT_EQ(lineage->nodes[0].producer_agent, "a");
  EXPECT_EQ(lineage->nodes[1].state, LineageState::kPresent);
  EXPECT_EQ(lineage->nodes[1].type, "progress");
  file.execute("UPDATE outputs SET event_json = 5, attempt = 'x' WHERE id = 'a'");
  EXPECT_EQ(store.descendants(OutputRef("a"))->nodes[0].state, LineageState::kDamaged);
}

TEST_F(EdgesTest, TheWalkReadsOneRowANode) {
  {
    const auto store = open();
  }
  RawFile file(path());
  for (const std::string query :
       {"SELECT seq, child_id FROM skep_edges WHERE parent_id = 'x' AND (seq, child_id) > (1, 'y') "
        "ORDER BY seq, child_id LIMIT 1000",
        "SELECT rowid FROM outputs WHERE id = 'x'",
        "DELETE FROM skep_edges WHERE parent_id = 'x' AND seq = 1 AND child_id = 'y'"}) {
    for (const auto& step : file.rows("EXPLAIN QUERY PLAN " + query)) {
      EXPECT_NE(step.find("SEARCH"), std::string::npos) << query << ": " << step;
    }
  }
}

}  // namespace
}  // namespace skep::test
