// A file that mlua-swarm wrote, beside what mlua-swarm reads back from it.
#include "sqlite/file_fixture.hpp"

#include <skep/json.hpp>

#include <fstream>

namespace skep::test {
namespace {

class ReferenceFileTest : public SqliteFileTest {
 protected:
  void SetUp() override {
    const std::filesystem::path fixtures =
        std::filesystem::path(SKEP_SHARED_DIR) / "fixtures/mlua-swarm";
    if (!std::filesystem::exists(fixtures)) GTEST_SKIP() << "no fixture at " << fixtures;
    std::filesystem::copy_file(fixtures / "reference.db", path());
    std::filesystem::permissions(path(), std::filesystem::perms::owner_write,
                                 std::filesystem::perm_options::add);
    std::ifstream lines(fixtures / "reference.jsonl");
    for (std::string line; std::getline(lines, line);) {
      lines_.push_back(line);
      expected_.push_back(record_from_json(line).value());
    }
  }

  std::vector<std::string> lines_;
  std::vector<OutputRecord> expected_;
};

TEST_F(ReferenceFileTest, EveryRecordReadsEqualInItsOrder) {
  auto store = open();
  const auto page = store.list({});
  ASSERT_TRUE(is_ok(page));
  EXPECT_TRUE(page->listing.damaged.empty());
  ASSERT_EQ(page->listing.records.size(), 12U);
  for (std::size_t i = 0; i < expected_.size(); ++i) {
    const OutputRecord& read = page->listing.records[i];
    EXPECT_EQ(read, expected_[i]);
    EXPECT_EQ(to_json(read).substr(0, lines_[i].size() - 1),
              lines_[i].substr(0, lines_[i].size() - 1));
    EXPECT_EQ(store.get(read.id).value(), expected_[i]);
  }
}

TEST_F(ReferenceFileTest, ItsRunsAndNamesAreFound) {
  auto store = open();
  EXPECT_EQ(store.list_for_attempt("ST-7001", 1)->records.size(), 7U);
  EXPECT_EQ(store.get_latest_by_name("coder").value(), expected_[8]);
  EXPECT_EQ(store.get_latest_by_name_in_run("ST-7001", 1, "coder").value(), expected_[5]);
  EXPECT_EQ(store.get_latest_by_name("").value(), expected_[9]);
  EXPECT_EQ(store.list_for_attempt("", 1)->records.size(), 1U);
}

TEST_F(ReferenceFileTest, SkepAppendsToIt) {
  auto store = open();
  const auto ref = store.append(request("ST-7001", 1, "coder"));
  ASSERT_TRUE(is_ok(ref));
  EXPECT_EQ(store.get(*ref)->seq, 13);
  EXPECT_EQ(RawFile(path()).rows("SELECT id, seq FROM outputs ORDER BY seq DESC LIMIT 1"),
            std::vector<std::string>{ref->str() + "|13"});
}

}  // namespace
}  // namespace skep::test
