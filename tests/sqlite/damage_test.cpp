#include "sqlite/file_fixture.hpp"

#include <set>

namespace skep::test {
namespace {

struct Damage {
  std::string set;     ///< What is done to row 2.
  std::string reason;  ///< What the error says.
};

TEST_F(SqliteFileTest, ADamagedRowIsNamedAndHidesNoOther) {
  make_old_file(3);
  auto store = open();
  RawFile file(path());
  for (const auto& [set, reason] :
       {Damage{"event_json = '{\"type\":'", "event_json"},
        Damage{"event_json = x'00'", "event_json"},
        Damage{"event_json = '{\"type\":\"finale\"}'", "unknown event type"},
        Damage{"event_json = CAST(x'7b22ff227d' AS TEXT)", "UTF-8"},
        Damage{"parent_refs_json = '[1]'", "parent_refs_json"},
        Damage{"parent_refs_json = 'null'", "parent_refs_json"},
        Damage{"attempt = 4294967297", "attempt"}, Damage{"attempt = -1", "attempt"},
        Damage{"attempt = 'one'", "attempt"}, Damage{"task_id = x'74'", "task_id"},
        Damage{"producer_agent = x'61'", "producer_agent"}, Damage{"seq = 2.5", "seq"}}) {
    file.execute("BEGIN");
    file.execute("UPDATE outputs SET " + set + " WHERE id = 'out-0000000002'");
    file.execute("COMMIT");

    const auto damaged = store.get(OutputRef("out-0000000002"));
    EXPECT_TRUE(is_error(damaged, ErrorKind::kCorrupt, "out-0000000002")) << set;
    EXPECT_TRUE(is_error(damaged, ErrorKind::kCorrupt, reason)) << set;
    const auto page = store.list({});
    ASSERT_TRUE(is_ok(page)) << set;
    EXPECT_EQ(page->listing.records.size(), 2U) << set;
    ASSERT_EQ(page->listing.damaged.size(), 1U) << set;

    file.execute(
        "UPDATE outputs SET task_id = 't', attempt = 1, producer_agent = 'a', seq = 2, "
        "event_json = '{\"type\":\"progress\",\"stage\":\"2\",\"note\":null}', "
        "parent_refs_json = '[]' WHERE id = 'out-0000000002'");
  }
  EXPECT_EQ(store.list({})->listing.records.size(), 3U);
}

TEST_F(SqliteFileTest, AValueNestedTooDeepForTheReferenceIsRead) {
  make_old_file(3);
  const std::string deep = std::string(1'000, '[') + std::string(1'000, ']');
  RawFile(path()).execute(
      R"(UPDATE outputs SET event_json = '{"type":"final","content":{"kind":"inline","value":)" +
      deep + R"(},"ok":true}' WHERE seq = 3)");
  auto store = open();
  const auto listing = store.list_for_attempt("t", 1);
  ASSERT_TRUE(is_ok(listing));
  ASSERT_EQ(listing->records.size(), 3U);
  const auto newest = store.get_latest_by_name("a");
  ASSERT_TRUE(is_ok(newest));
  EXPECT_EQ(std::get<Inline>(*content_of(newest->event)).value.text(), deep);
  EXPECT_TRUE(is_error(store.append(AppendRequest("t", 1, "a", newest->event)),
                       ErrorKind::kInvalidArgument, "nested deeper than 125"));
}

TEST_F(SqliteFileTest, RowsThatShareASeqAreAllListed) {
  make_old_file(3);
  RawFile(path()).execute("UPDATE outputs SET seq = 2 WHERE seq = 3");
  auto store = open();
  ListQuery query;
  query.limit = 1;
  std::size_t count = 0;
  for (;;) {
    const auto page = store.list(query);
    ASSERT_TRUE(is_ok(page));
    count += page->listing.records.size();
    if (!page->next_after_seq) break;
    query.after_seq = *page->next_after_seq;
  }
  EXPECT_EQ(count, 3U);
}

TEST_F(SqliteFileTest, NoRecordFollowsTheGreatestSeq) {
  make_old_file(1);
  RawFile(path()).execute("UPDATE outputs SET seq = 9223372036854775807");
  auto store = open();
  EXPECT_TRUE(is_error(store.append(request("t", 1, "a")), ErrorKind::kCorrupt));
  EXPECT_EQ(store.stats()->output_count, 1U);
}

// Rows that share a `seq`, a mistake that only a foreign writer can make, stay on one page; rows
// whose `seq` is no number come last. Nothing is skipped, whatever the filter and the page's size.
TEST_F(SqliteFileTest, PagesSkipNoRowWhoseSeqIsRepeatedOrDamaged) {
  make_old_file(9);
  auto store = open();
  RawFile file(path());
  file.execute("UPDATE outputs SET attempt = seq % 3, seq = 2 + seq / 2 * 2");
  file.execute("UPDATE outputs SET seq = 'nine' WHERE id = 'out-0000000009'");
  for (const bool by_task : {false, true}) {
    for (const bool by_agent : {false, true}) {
      for (std::size_t limit = 1; limit <= 10; ++limit) {
        ListQuery query;
        if (by_task) query.task_id = "t";
        if (by_agent) query.producer_agent = "a";
        query.limit = limit;
        std::vector<std::string> ids;
        std::size_t damaged_count = 0;
        for (bool more = true; more;) {
          const auto page = store.list(query);
          ASSERT_TRUE(is_ok(page));
          for (const auto& record : page->listing.records) ids.push_back(record.id.str());
          damaged_count += page->listing.damaged.size();
          more = page->next_after_seq.has_value();
          if (more) query.after_seq = *page->next_after_seq;
        }
        EXPECT_EQ(ids.size(), 8) << by_task << by_agent << limit;
        EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 8) << by_task << by_agent << limit;
        EXPECT_EQ(damaged_count, 1) << by_task << by_agent << limit;
      }
    }
  }
}

}  // namespace
}  // namespace skep::test
