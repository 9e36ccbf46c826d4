// What was acknowledged stays, whichever call of the system fails, and wherever the process ends.
#include "durability/system_calls.hpp"
#include "support/expect.hpp"
#include "support/temp_dir.hpp"
#include "support/text_source.hpp"

#include <skep/blocking_store.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <vector>

namespace skep::test {
namespace {

namespace fs = std::filesystem;

using Calls = std::vector<SystemCall>;
using Contents = std::map<OutputRef, std::string>;

constexpr std::size_t kMostCalls = 500;

class DurabilityTest : public testing::Test {
 protected:
  [[nodiscard]] fs::path file(const std::string& name) const { return directory_.path() / name; }

  static BlockingStore open(const fs::path& path) {
    return BlockingStore::open_sqlite(path).value();
  }

  static Result<OutputRef> store_blob(BlockingStore& store, const std::string& bytes) {
    AppendRequest request("t", 1, "a", Final(FileRef("", "text/plain"), true));
    return store.append_blob(std::move(request), source_of(bytes));
  }

  /// A store of one blob.
  static Contents make_store(const fs::path& path, const std::string& bytes) {
    auto store = open(path);
    return {{store_blob(store, bytes).value(), bytes}};
  }

  /// All records of a store, with what their blobs hold; nothing may be wrong with it.
  static Contents contents_of(const fs::path& path) {
    auto store = open(path);
    const auto report = store.verify();
    EXPECT_TRUE(report && report->sound()) << path << (report ? to_json(*report) : "");
    Contents contents;
    const Listing listing = store.list_for_attempt("t", 1).value();
    for (const OutputRecord& record : listing.records) {
      const auto blob = store.open_blob(record.id);
      contents[record.id] =
          blob ? BlockingStore::read_blob(**blob, 0).value() : blob.error().message;
    }
    return contents;
  }

  static BlobCollection collect(const fs::path& path) {
    BlobCollectQuery query;
    query.grace = std::chrono::milliseconds(0);
    return open(path).collect_blobs(query).value();
  }

  [[nodiscard]] fs::path root() const { return directory_.path(); }

  /// Runs `action` in directories made anew by `prepare`: in each the next call of the system is
  /// where it `meets` its fate. Ends with the first run in which that call never came.
  void at_each_call(const std::function<void()>& prepare,
                    const std::function<bool(std::size_t number)>& meets,
                    const std::function<void()>& check) const {
    for (std::size_t number = 1; number < kMostCalls; ++number) {
      SCOPED_TRACE("call " + std::to_string(number));
      for (const auto& entry : fs::directory_iterator(root())) fs::remove_all(entry);
      prepare();
      const bool came = meets(number);
      check();
      if (HasFailure()) return;
      if (!came) {
        EXPECT_GT(number, 3U) << "nothing was made durable at all";
        return;
      }
    }
    FAIL() << "it makes too many calls";
  }

  /// Whether a child that runs `action` ended at its call of that number.
  [[nodiscard]] bool dies_at(std::size_t number,
                             const std::function<void(SystemCalls&)>& action) const {
    constexpr int kCameThrough = 7;
    const pid_t child = ::fork();
    if (child == 0) {
      SystemCalls calls(root());
      calls.die_at(number);
      action(calls);
      ::_exit(kCameThrough);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status)) << status;
    return WEXITSTATUS(status) != kCameThrough;
  }

 private:
  TempDir directory_;
};

std::size_t find(const Calls& calls, const std::string& name, const fs::path& path,
                 std::size_t from = 0) {
  const auto at =
      std::find_if(calls.begin() + static_cast<std::ptrdiff_t>(from), calls.end(),
                   [&](const SystemCall& call) { return call.name == name && call.path == path; });
  return static_cast<std::size_t>(at - calls.begin());
}

TEST_F(DurabilityTest, ABlobAndItsNamesAreSyncedBeforeItsRecordCommits) {
  const fs::path path = file("outputs.db");
  auto store = open(path);
  const SystemCalls watched(root());
  const auto ref = store_blob(store, "honey");
  ASSERT_TRUE(is_ok(ref));
  const Calls calls = watched.taken();
  const fs::path blob = std::get<FileRef>(*content_of(store.get(*ref).value().event)).path;

  const std::size_t committed = find(calls, "fsync", path.string() + "-wal");
  ASSERT_LT(committed, calls.size());
  const std::size_t renamed = find(calls, "rename", blob);
  ASSERT_LT(renamed, committed);
  EXPECT_LT(find(calls, "fsync", calls[renamed].from), renamed) << "bytes before the name";
  EXPECT_LT(find(calls, "fsync", blob.parent_path(), renamed), committed) << "its own name";
  std::size_t made_count = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (calls[i].name != "mkdir") continue;
    ++made_count;
    if (calls[i].path.filename() == "unfinished") continue;
    EXPECT_LT(find(calls, "fsync", calls[i].path.parent_path(), i), committed) << calls[i].path;
  }
  EXPECT_GE(made_count, 3U);
}

TEST_F(DurabilityTest, ACallThatFailsWhileABlobIsStoredLosesNothing) {
  const fs::path path = file("outputs.db");
  Contents expected;
  bool in_doubt = false;
  at_each_call([&] { expected = make_store(path, "honey"); },
               [&](std::size_t number) {
                 auto store = open(path);
                 SystemCalls calls(root());
                 calls.fail_at(number);
                 const auto ref = store_blob(store, "wax");
                 in_doubt = false;
                 if (ref) {
                   expected.emplace(*ref, "wax");
                   return false;
                 }
                 EXPECT_EQ(ref.error().kind, ErrorKind::kIo) << ref.error().message;
                 in_doubt = ref.error().outcome == Outcome::kInDoubt;
                 return true;
               },
               [&] {
                 Contents found = contents_of(path);
                 EXPECT_EQ(collect(path).kept_count, found.size());
                 if (in_doubt)
                   std::erase_if(found, [](const auto& e) { return e.second == "wax"; });
                 EXPECT_EQ(found, expected);
               });
}

TEST_F(DurabilityTest, AProcessThatEndsWhileItStoresABlobLosesNothing) {
  const fs::path path = file("outputs.db");
  Contents expected;
  at_each_call([&] { expected = make_store(path, "honey"); },
               [&](std::size_t number) {
                 return dies_at(number, [&](SystemCalls&) {
                   auto store = open(path);
                   static_cast<void>(store_blob(store, "wax"));
                 });
               },
               [&] {
                 // The record may be there or not: nobody was told.
                 const Contents found = contents_of(path);
                 EXPECT_LE(found.size(), 2U);
                 for (const auto& [ref, bytes] : found) {
                   EXPECT_EQ(bytes, expected.contains(ref) ? "honey" : "wax");
                 }
                 EXPECT_TRUE(found.contains(expected.begin()->first));
                 EXPECT_EQ(collect(path).kept_count, found.size());
                 EXPECT_TRUE(fs::is_empty(path.string() + ".blobs/unfinished"));
               });
}

TEST_F(DurabilityTest, ABackupThatFailsLeavesTheOneThatWasThere) {
  const fs::path path = file("outputs.db");
  const fs::path copy = file("copy.db");
  Contents before;
  Contents after;
  bool failed = false;
  at_each_call(
      [&] {
        after = before = make_store(path, "honey");
        ASSERT_TRUE(is_ok(open(path).backup(copy)));
        auto store = open(path);
        after.emplace(store_blob(store, "wax").value(), "wax");
      },
      [&](std::size_t number) {
        auto store = open(path);
        SystemCalls calls(root());
        calls.fail_at(number);
        BackupOptions options;
        options.replace = true;
        const auto report = store.backup(copy, options);
        failed = !report;
        return failed;
      },
      [&] {
        const Contents found = contents_of(copy);
        EXPECT_TRUE(found == after || (failed && found == before));
      });
}

// Where there are links, and where there are none.
class RestoreDurabilityTest : public DurabilityTest, public testing::WithParamInterface<bool> {
 protected:
  void prepare() {
    restored_ = make_store(file("first.db"), "honey");
    ASSERT_TRUE(is_ok(open(file("first.db")).backup(copy())));
    replaced_ = make_store(path(), "wax");
  }

  [[nodiscard]] Result<RestoreReport> restore(SystemCalls& calls) const {
    if (!GetParam()) calls.forbid_links();
    BackupOptions options;
    options.replace = true;
    return BlockingStore::restore_sqlite(copy(), path(), options);
  }

  [[nodiscard]] fs::path path() const { return file("outputs.db"); }
  [[nodiscard]] fs::path copy() const { return file("copy.db"); }
  [[nodiscard]] const Contents& restored() const { return restored_; }
  [[nodiscard]] const Contents& replaced() const { return replaced_; }

 private:
  Contents restored_;
  Contents replaced_;
};

TEST_P(RestoreDurabilityTest, ACallThatFailsPutsTheStoreThatWasThereBack) {
  bool failed = false;
  at_each_call([&] { prepare(); },
               [&](std::size_t number) {
                 SystemCalls calls(root());
                 calls.fail_at(number);
                 failed = !restore(calls);
                 return failed;
               },
               [&] {
                 EXPECT_EQ(contents_of(path()), failed ? replaced() : restored());
                 EXPECT_EQ(contents_of(copy()), restored());
               });
}

TEST_P(RestoreDurabilityTest, AProcessThatEndsMeanwhileLosesNeitherStore) {
  at_each_call([&] { prepare(); },
               [&](std::size_t number) {
                 return dies_at(number,
                                [&](SystemCalls& calls) { static_cast<void>(restore(calls)); });
               },
               [&] {
                 EXPECT_EQ(contents_of(copy()), restored());
                 bool is_replaced_there = false;
                 for (const auto& entry : fs::directory_iterator(root())) {
                   const std::string name = entry.path().filename().string();
                   if (!name.starts_with("outputs.db") || !entry.is_regular_file()) continue;
                   if (name.ends_with("-wal") || name.ends_with("-shm")) continue;
                   if (name != "outputs.db" && !name.starts_with("outputs.db.old-")) continue;
                   const Contents found = contents_of(entry.path());
                   EXPECT_TRUE(found == replaced() || found == restored()) << name;
                   is_replaced_there = is_replaced_there || found == replaced();
                 }
                 EXPECT_TRUE(is_replaced_there);
               });
}

INSTANTIATE_TEST_SUITE_P(, RestoreDurabilityTest, testing::Values(true, false),
                         [](const auto& where) { return where.param ? "Links" : "Copies"; });

}  // namespace
}  // namespace skep::test
