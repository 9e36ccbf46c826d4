// A second process that knows only seven columns appends to the same open file.
#include "sqlite/file_fixture.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>
#include <thread>

namespace skep::test {
namespace {

// What the foreign writer says it committed: seq by id.
std::map<std::string, std::int64_t> run_foreign_writer(const std::filesystem::path& path,
                                                       const std::string& prefix, int count) {
  const std::string command = std::string(FOREIGN_WRITER) + " '" + path.string() + "' " + prefix +
                              " " + std::to_string(count);
  FILE* pipe = popen(command.c_str(), "r");
  std::map<std::string, std::int64_t> written;
  char id[64];
  long long seq = 0;
  while (std::fscanf(pipe, "%lld %63s", &seq, id) == 2) written.emplace(id, seq);
  EXPECT_EQ(pclose(pipe), 0);
  return written;
}

TEST_F(SqliteFileTest, AForeignProcessAndSkepAppendToOneOrder) {
  constexpr int kForeignCount = 300;
  make_old_file(1);
  auto store = open();

  std::map<std::string, std::int64_t> foreign;
  std::atomic<bool> foreign_done = false;
  std::thread foreign_thread([&] {
    foreign = run_foreign_writer(path(), "foreign-", kForeignCount);
    foreign_done = true;
  });

  std::atomic<bool> all_written = false;

  // A reader that follows the file never later sees a smaller seq than it has seen.
  std::vector<OutputRecord> followed;
  std::thread follower([&] {
    ListQuery query;
    for (bool last = false;;) {
      const bool ending = last;
      last = all_written;
      const auto page = store.list(query);
      ASSERT_TRUE(is_ok(page));
      for (const auto& record : page->listing.records) {
        ASSERT_GT(record.seq, query.after_seq);
        query.after_seq = record.seq;
        followed.push_back(record);
      }
      if (ending && !page->next_after_seq) return;
    }
  });

  std::map<std::string, std::int64_t> ours;
  while (!foreign_done) {
    const auto ref = store.append(request("shared", 1, "skep"));
    EXPECT_TRUE(is_ok(ref));
    if (!ref) break;
    const auto record = store.get(*ref);
    EXPECT_TRUE(is_ok(record));
    if (!record) break;
    ours.emplace(ref->str(), record->seq);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  foreign_thread.join();
  all_written = true;
  follower.join();

  EXPECT_EQ(foreign.size(), std::size_t{kForeignCount});
  EXPECT_FALSE(ours.empty());
  std::map<std::string, std::int64_t> expected = foreign;
  expected.insert(ours.begin(), ours.end());
  std::map<std::string, std::int64_t> listed;
  std::set<std::int64_t> seqs;
  ListQuery query;
  query.limit = kMaxPageCount;
  query.task_id = "shared";
  for (;;) {
    const auto page = store.list(query);
    ASSERT_TRUE(is_ok(page));
    EXPECT_TRUE(page->listing.damaged.empty());
    for (const auto& record : page->listing.records) {
      listed.emplace(record.id.str(), record.seq);
      EXPECT_TRUE(seqs.insert(record.seq).second) << "two records share seq " << record.seq;
    }
    if (!page->next_after_seq) break;
    query.after_seq = *page->next_after_seq;
  }
  EXPECT_EQ(listed, expected);
  EXPECT_EQ(*seqs.rbegin() - *seqs.begin() + 1, static_cast<std::int64_t>(seqs.size()));
  const auto followed_count =
      std::count_if(followed.begin(), followed.end(),
                    [](const OutputRecord& record) { return record.task_id == "shared"; });
  EXPECT_EQ(static_cast<std::size_t>(followed_count), expected.size());
  // The other side sees ours, too.
  EXPECT_EQ(RawFile(path()).rows("SELECT COUNT(*) FROM outputs WHERE producer_agent = 'skep'"),
            std::vector<std::string>{std::to_string(ours.size())});
}

TEST_F(SqliteFileTest, AnIdThatAnotherWriterTookIsNeverShownToACaller) {
  auto store = open();
  const auto first = store.append(request("t", 1, "a"));
  ASSERT_TRUE(is_ok(first));
  // The next ids in line, taken by another program.
  const auto number = std::stoull(first->str().substr(4), nullptr, 16);
  RawFile file(path());
  for (unsigned long long i = 1; i <= 3; ++i) {
    char id[16];
    std::snprintf(id, sizeof id, "out-%010llx", (number + i) & 0xff'ffff'ffffULL);
    file.execute("INSERT INTO outputs VALUES ('" + std::string(id) +
                 "', 't', 1, 'b', '{\"type\":\"progress\",\"stage\":\"s\"}', '[]', " +
                 std::to_string(i + 1) + ", NULL)");
  }
  const auto second = store.append(request("t", 1, "a"));
  ASSERT_TRUE(is_ok(second));
  EXPECT_EQ(store.get(*second)->producer_agent, "a");
  EXPECT_EQ(store.list({})->listing.records.size(), 5U);
}

}  // namespace
}  // namespace skep::test
