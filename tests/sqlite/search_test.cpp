// What is particular to the index in a file: who else writes it, what is deleted, what is damaged.
#include "sqlite/file_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace skep::test {
namespace {

class SearchIndexTest : public SqliteFileTest {
 protected:
  [[nodiscard]] Result<BlockingStore> open_with(std::optional<bool> search) const {
    SqliteStoreOptions options;
    options.search = search;
    return try_open(options);
  }
  [[nodiscard]] BlockingStore open_indexed() const { return std::move(open_with(true).value()); }

  static std::set<std::string> found(BlockingStore& store, const std::string& words) {
    SearchQuery query(words);
    query.limit = kMaxSearchLimit;
    const auto page = store.search(query);
    EXPECT_TRUE(is_ok(page)) << words;
    std::set<std::string> ids;
    if (!page) return ids;
    for (const auto& hit : page->hits) ids.insert(hit.id.str());
    EXPECT_EQ(ids.size(), page->hits.size()) << "one is there twice";
    return ids;
  }

  // As mlua-swarm appends: seven columns.
  static void foreign_append(RawFile& file, const std::string& id, const std::string& text,
                             const std::string& seq =
                                 "(SELECT COALESCE(MAX(seq), 0) + 1 FROM "
                                 "outputs)") {
    file.execute(
        "INSERT INTO outputs (id, task_id, attempt, producer_agent, event_json, parent_refs_json, "
        "seq) VALUES ('" +
        id + "', 't', 1, 'a', '{\"type\":\"progress\",\"stage\":\"" + text +
        "\",\"note\":null}', '[]', " + seq + ")");
  }
};

using Ids = std::set<std::string>;

TEST_F(SearchIndexTest, WithoutOneTheErrorSaysHowToGetIt) {
  auto store = open();
  store.append(request("t", 1, "a", "\"bee\"")).value();
  EXPECT_TRUE(is_error(store.search(SearchQuery("bee")), ErrorKind::kNotEnabled, "skep index"));
  EXPECT_TRUE(is_error(store.search(SearchQuery("\"bee")), ErrorKind::kInvalidArgument));
  RawFile file(path());
  EXPECT_EQ(file.rows("SELECT name FROM sqlite_master WHERE name LIKE 'skep_search%'"),
            std::vector<std::string>());
}

TEST_F(SearchIndexTest, TheFileRemembersIt) {
  std::string id;
  {
    auto store = open_indexed();
    id = store.append(request("t", 1, "a", "\"bee\"")).value().str();
  }
  {
    auto store = open();
    EXPECT_EQ(found(store, "bee"), (Ids{id}));
  }
  {
    auto store = std::move(open_with(false).value());
    EXPECT_TRUE(is_error(store.search(SearchQuery("bee")), ErrorKind::kNotEnabled));
    RawFile file(path());
    EXPECT_EQ(file.rows("SELECT name FROM sqlite_master WHERE name LIKE 'skep_search%'"),
              std::vector<std::string>());
  }
  auto store = open_indexed();
  EXPECT_EQ(found(store, "bee"), (Ids{id})) << "what was there before is indexed";
}

TEST_F(SearchIndexTest, AnotherProcessMayTurnItOnAndOffMeanwhile) {
  auto store = open();
  const auto id = store.append(request("t", 1, "a", "\"bee\"")).value().str();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(is_ok(open_with(true)));
    EXPECT_EQ(found(store, "bee"), (Ids{id}));
    EXPECT_TRUE(is_ok(open_with(false)));
    EXPECT_TRUE(is_error(store.search(SearchQuery("bee")), ErrorKind::kNotEnabled));
  }
}

TEST_F(SearchIndexTest, AnOldFileIsIndexed) {
  make_old_file(5);
  auto store = open_indexed();
  EXPECT_EQ(found(store, "3"), (Ids{"out-0000000003"}));
  EXPECT_EQ(found(store, "1 OR 2 OR 3 OR 4 OR 5").size(), 5U);
}

TEST_F(SearchIndexTest, AppendsDoNotTouchIt) {
  auto store = open_indexed();
  RawFile file(path());
  const auto pages = [&file] { return file.rows("SELECT id, block FROM skep_search_index_data"); };
  const auto before = pages();
  const auto begun = std::chrono::steady_clock::now();
  store.append(request("t", 1, "a", "\"bee\"")).value();
  const auto after = pages();
  // A second later it is indexed in the background.
  if (std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(900)) {
    EXPECT_EQ(after, before);
  }
  found(store, "bee");
  EXPECT_EQ(file.rows("SELECT COUNT(*) FROM skep_search_rows"), std::vector<std::string>{"1"});
  const auto version = file.rows("PRAGMA data_version");
  found(store, "bee");
  EXPECT_EQ(file.rows("PRAGMA data_version"), version) << "there was nothing to index";
}

TEST_F(SearchIndexTest, WhatIsNewIsIndexedInTheBackground) {
  auto store = open_indexed();
  RawFile file(path());
  store.append_all(std::vector<AppendRequest>(3'000, request("t", 1, "a", "\"bee\""))).value();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (file.rows("SELECT COUNT(*) FROM skep_search_rows")[0] != "3000" &&
         std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(file.rows("SELECT COUNT(*) FROM skep_search_rows"), std::vector<std::string>{"3000"});
}

TEST_F(SearchIndexTest, WhatAnotherProgramWroteIsFound) {
  auto store = open_indexed();
  const auto own = store.append(request("t", 1, "a", "\"bee\"")).value().str();
  EXPECT_EQ(found(store, "bee"), (Ids{own}));
  RawFile file(path());
  foreign_append(file, "foreign-1", "bee");
  EXPECT_EQ(found(store, "bee"), (Ids{own, "foreign-1"}));
  // Rows that share a seq, its mistake.
  foreign_append(file, "foreign-2", "wasp", "7");
  foreign_append(file, "foreign-3", "wasp", "7");
  EXPECT_EQ(found(store, "wasp"), (Ids{"foreign-2", "foreign-3"}));
}

TEST_F(SearchIndexTest, WhatIsDeletedIsGone) {
  auto store = open_indexed();
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(store.append(request("t", 1, "a", "\"bee\"")).value().str());
  }
  EXPECT_EQ(found(store, "bee").size(), 4U);
  RawFile file(path());
  file.execute("DELETE FROM outputs WHERE id = '" + ids[1] + "'");
  EXPECT_EQ(found(store, "bee"), (Ids{ids[0], ids[2], ids[3]}));
  EXPECT_EQ(file.rows("SELECT COUNT(*) FROM skep_search_index"), std::vector<std::string>{"3"})
      << "nor does the index hold its text";
  // The newest: their numbers are given away again.
  file.execute("DELETE FROM outputs WHERE seq >= 3");
  const auto next = store.append(request("t", 1, "a", "\"bee\"")).value().str();
  EXPECT_EQ(found(store, "bee"), (Ids{ids[0], next}));
  file.execute("DELETE FROM outputs");
  EXPECT_EQ(found(store, "bee"), Ids());
}

TEST_F(SearchIndexTest, WhatIsChangedIsFoundAsItIsNow) {
  auto store = open_indexed();
  RawFile file(path());
  foreign_append(file, "one", "bee");
  foreign_append(file, "two", "wasp");
  EXPECT_EQ(found(store, "bee"), (Ids{"one"}));
  file.execute(
      "UPDATE outputs SET event_json = REPLACE(event_json, 'bee', 'drone') WHERE id = 'one'");
  EXPECT_EQ(found(store, "bee"), Ids());
  EXPECT_EQ(found(store, "drone"), (Ids{"one"}));
  file.execute("UPDATE outputs SET id = 'three' WHERE id = 'one'");
  EXPECT_EQ(found(store, "drone"), (Ids{"three"}));
  file.execute(
      "INSERT OR REPLACE INTO outputs (id, task_id, attempt, producer_agent, event_json, "
      "parent_refs_json, seq) SELECT id, task_id, attempt, producer_agent, "
      "REPLACE(event_json, 'wasp', 'ant'), parent_refs_json, 9 FROM outputs WHERE id = 'two'");
  EXPECT_EQ(found(store, "ant"), (Ids{"two"}));
  EXPECT_EQ(found(store, "wasp"), Ids());
}

TEST_F(SearchIndexTest, DamagedRowsAreSkipped) {
  make_old_file(3);
  RawFile(path()).execute(
      "UPDATE outputs SET event_json = REPLACE(event_json, 'stage\":\"', "
      "'stage\":\"bee ')");
  auto store = open_indexed();
  RawFile file(path());
  EXPECT_EQ(found(store, "bee").size(), 3U);
  for (const std::string set :
       {"event_json = '{\"type\":'", "event_json = x'00'",
        "event_json = CAST(x'7b22ff227d' AS TEXT)", "attempt = 'one'", "task_id = x'74'",
        "producer_agent = x'61'", "seq = 2.5", "seq = 'two'", "id = x'6f'"}) {
    const auto rowid = file.rows("SELECT rowid FROM outputs ORDER BY rowid LIMIT 1 OFFSET 1")[0];
    file.execute("UPDATE outputs SET " + set + " WHERE rowid = " + rowid);
    EXPECT_EQ(found(store, "bee"), (Ids{"out-0000000001", "out-0000000003"})) << set;
    file.execute(
        "UPDATE outputs SET id = 'out-0000000002', task_id = 't', attempt = 1, "
        "producer_agent = 'a', seq = 2, event_json = '{\"type\":\"progress\",\"stage\":"
        "\"bee\",\"note\":null}' WHERE rowid = " +
        rowid);
    EXPECT_EQ(found(store, "bee").size(), 3U) << set;
  }
}

TEST_F(SearchIndexTest, AnyOrderOfAppendsAndDeletionsIsFollowed) {
  auto store = open_indexed();
  RawFile file(path());
  std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same sequence each time
  const auto word = [&random] { return "w" + std::to_string(random() % 4); };
  int count = 0;
  for (int step = 0; step < 300; ++step) {
    switch (random() % 5) {
      case 0:
      case 1:
        store.append(AppendRequest("t", 1, "a", Progress(word()))).value();
        break;
      case 2:
        foreign_append(file, "foreign-" + std::to_string(++count), word());
        break;
      case 3:
        file.execute(
            "DELETE FROM outputs WHERE rowid IN (SELECT rowid FROM outputs ORDER BY random() "
            "LIMIT 2)");
        break;
      default:
        file.execute("DELETE FROM outputs WHERE seq = (SELECT MAX(seq) FROM outputs)");
        break;
    }
    if (random() % 3 != 0) continue;
    const std::string looked_for = word();
    const auto rows =
        file.rows("SELECT id FROM outputs WHERE event_json LIKE '%\"" + looked_for + "\"%'");
    ASSERT_EQ(found(store, looked_for), Ids(rows.begin(), rows.end())) << "step " << step;
  }
  EXPECT_EQ(file.rows("SELECT COUNT(*) FROM skep_search_rows"),
            file.rows("SELECT COUNT(*) FROM outputs"));
  EXPECT_EQ(file.rows("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
  file.execute("INSERT INTO skep_search_index (skep_search_index) VALUES ('integrity-check')");
}

TEST_F(SearchIndexTest, AppendsGoOnWhileMuchIsIndexed) {
  auto store = open_indexed();
  const std::string text = JsonText::from_string(std::string(4'000, 'x') + " bee")->text();
  for (int i = 0; i < 3; ++i) {
    store.append_all(std::vector<AppendRequest>(1'000, request("t", 1, "a", text))).value();
  }
  std::jthread searcher([&store] { EXPECT_TRUE(is_ok(store.search(SearchQuery("bee")))); });
  RawFile file(path());
  const auto indexed_count = [&file] {
    return std::stoul(file.rows("SELECT COUNT(*) FROM skep_search_rows")[0]);
  };
  int appended_meanwhile = 0;
  while (indexed_count() < 3'000) {
    const bool has_begun = indexed_count() > 0;
    store.append(request("t", 1, "a")).value();
    if (has_begun && indexed_count() < 3'000) ++appended_meanwhile;
  }
  searcher.join();
  EXPECT_GT(appended_meanwhile, 1);
}

TEST_F(SearchIndexTest, AnIndexThatIsIncompleteIsNone) {
  {
    auto store = open_indexed();
    store.append(request("t", 1, "a", "\"bee\"")).value();
    found(store, "bee");
  }
  // Another program made the table anew, which takes the triggers along.
  RawFile(path()).execute("DROP TRIGGER skep_search_removed");
  {
    auto store = open();
    EXPECT_TRUE(is_error(store.search(SearchQuery("bee")), ErrorKind::kNotEnabled));
  }
  auto store = open_indexed();
  EXPECT_EQ(found(store, "bee").size(), 1U);
}

}  // namespace
}  // namespace skep::test
