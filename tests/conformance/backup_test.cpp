#include "support/store_test.hpp"

#include <skep/sqlite_store.hpp>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

namespace skep::test {
namespace {

class BackupTest : public StoreTest {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return target_.path() / "copy.db"; }

  // All records of the copy.
  [[nodiscard]] std::vector<OutputRecord> copied() const {
    const auto opened = run(open_sqlite_store(path())).value();
    std::vector<OutputRecord> records;
    ListQuery query;
    query.limit = kMaxPageCount;
    for (;;) {
      auto page = run(opened->list(query)).value();
      for (auto& record : page.listing.records) records.push_back(std::move(record));
      if (!page.next_after_seq) return records;
      query.after_seq = *page.next_after_seq;
    }
  }

  [[nodiscard]] std::size_t file_count() const {
    const std::filesystem::directory_iterator files(target_.path());
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

 private:
  TempDir target_;
};
SKEP_INSTANTIATE(BackupTest, backends());

TEST_P(BackupTest, HoldsEveryRecordAsItWas) {
  const OutputRef parent = append(request("t", 1, "a", "{ \"b\": 1.0 }"));
  for (int i = 0; i < 1'200; ++i) {
    auto output = request("t", 2, "b", json_string(50));
    output.parent_refs.push_back(parent);
    append(std::move(output));
  }
  const auto report = run(store().backup(path()));
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->record_count, 1'201);
  EXPECT_EQ(report->last_seq, 1'201);
  EXPECT_EQ(report->bytes, std::filesystem::file_size(path()));
  EXPECT_EQ(file_count(), 1);
  const auto verified = run(verify_sqlite_file(path()));
  ASSERT_TRUE(is_ok(verified));
  EXPECT_TRUE(verified->sound()) << to_json(*verified);
  EXPECT_EQ(file_count(), 1);

  const auto expected = all();
  const auto records = copied();
  ASSERT_EQ(records.size(), expected.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i], expected[i]);
    EXPECT_EQ(records[i].seq, expected[i].seq);
    EXPECT_EQ(records[i].created_at, expected[i].created_at);
  }
}

TEST_P(BackupTest, AnEmptyStoreHasOneToo) {
  const auto report = run(store().backup(path()));
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->record_count, 0);
  EXPECT_TRUE(copied().empty());
}

TEST_P(BackupTest, AFileThatIsThereStaysUnlessItMayBeReplaced) {
  append(request("t", 1, "a"));
  std::ofstream(path()) << "something else";
  EXPECT_TRUE(is_error(run(store().backup(path())), ErrorKind::kConflict, path().string()));
  std::string text;
  std::getline(std::ifstream(path()), text);
  EXPECT_EQ(text, "something else");
  BackupOptions options;
  options.replace = true;
  EXPECT_TRUE(is_ok(run(store().backup(path(), options))));
  EXPECT_EQ(copied().size(), 1);
}

TEST_P(BackupTest, APathThatIsNoneIsRefusedAndNothingIsLeft) {
  EXPECT_TRUE(is_error(run(store().backup("")), ErrorKind::kInvalidArgument));
  EXPECT_TRUE(is_error(run(store().backup(path().parent_path() / "nowhere" / "copy.db")),
                       ErrorKind::kIo, "nowhere"));
  BackupOptions options;
  options.replace = true;
  EXPECT_TRUE(
      is_error(run(store().backup(path().parent_path(), options)), ErrorKind::kInvalidArgument));
  EXPECT_EQ(file_count(), 0);
}

TEST_P(BackupTest, IsOfOneMomentWhileAppendsGoOn) {
  std::atomic<bool> stop = false;
  std::atomic<int> appended = 0;
  std::thread writer([&] {
    while (!stop) {
      const std::vector<AppendRequest> pair{request("t", 1, "a", json_string(500)),
                                            request("t", 1, "b", json_string(500))};
      EXPECT_TRUE(is_ok(run(store().append_all(pair))));
      ++appended;
    }
  });
  while (appended < 20) std::this_thread::yield();
  for (int round = 0; round < 3; ++round) {
    BackupOptions options;
    options.replace = true;
    const int before = appended;
    const auto report = run(store().backup(path(), options));
    EXPECT_TRUE(is_ok(report));
    if (!report) break;
    // A batch is there as a whole, and so is all that was acknowledged before.
    EXPECT_GE(report->record_count, 2U * static_cast<unsigned>(before));
    EXPECT_EQ(report->record_count % 2, 0);
    EXPECT_EQ(copied().size(), report->record_count);
  }
  stop = true;
  writer.join();
}

TEST_P(BackupTest, IsRefusedOnceTheStoreIsClosed) {
  ASSERT_TRUE(is_ok(run(store().close())));
  EXPECT_TRUE(is_error(run(store().backup(path())), ErrorKind::kClosed));
  EXPECT_EQ(file_count(), 0);
}

}  // namespace
}  // namespace skep::test
