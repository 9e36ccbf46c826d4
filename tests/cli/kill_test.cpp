// A writer that is killed has lost nothing that it was told is stored.
#include <skep/blocking_store.hpp>

#include <gtest/gtest.h>

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace skep::test {
namespace {

constexpr int kRoundCount = 8;
constexpr int kThreadCount = 4;

// In the child: appends without end, and writes each ref to the pipe once it is acknowledged.
[[noreturn]] void append_until_killed(const std::filesystem::path& path, int pipe) {
  auto store = BlockingStore::open_sqlite(path);
  if (!store) ::_exit(3);
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreadCount; ++t) {
    threads.emplace_back([&store, pipe, t] {
      const std::string agent = "agent-" + std::to_string(t);
      for (;;) {
        auto text = JsonText::from_string(std::string(2'000, 'x'));
        auto ref = store->append({"t", 1, agent, Final(Inline(std::move(*text)), true)});
        if (!ref) ::_exit(4);
        const std::string line = ref->str() + "\n";
        if (::write(pipe, line.data(), line.size()) < 0) ::_exit(5);
      }
    });
  }
  threads.clear();
  ::_exit(6);
}

// Kills a child once it has been told of `count` refs and `delay` has passed; gives all its refs.
std::vector<std::string> refs_of_killed_child(const std::filesystem::path& path, std::size_t count,
                                              std::chrono::microseconds delay) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    append_until_killed(path, ends[1]);
  }
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> block{};
  bool is_alive = true;
  ssize_t length = 0;
  while ((length = ::read(ends[0], block.data(), block.size())) > 0) {
    text.append(block.data(), static_cast<std::size_t>(length));
    if (is_alive && text.size() >= count * 15) {
      std::this_thread::sleep_for(delay);
      ::kill(child, SIGKILL);
      is_alive = false;
    }
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "status " << status;
  std::vector<std::string> refs;
  for (std::size_t end = 0, begin = 0; (end = text.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    refs.push_back(text.substr(begin, end - begin));
  }
  return refs;
}

std::string integrity_of(const std::filesystem::path& path) {
  sqlite3* database = nullptr;
  std::string answer = "no answer";
  if (sqlite3_open(path.c_str(), &database) == SQLITE_OK) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database, "PRAGMA integrity_check", -1, &statement, nullptr);
    if (sqlite3_step(statement) == SQLITE_ROW) {
      answer.assign(static_cast<const char*>(sqlite3_column_blob(statement, 0)),
                    static_cast<std::size_t>(sqlite3_column_bytes(statement, 0)));
    }
    sqlite3_finalize(statement);
  }
  sqlite3_close(database);
  return answer;
}

TEST(KillTest, EveryAcknowledgedRefIsThereAfterwards) {
  std::string name = (std::filesystem::temp_directory_path() / "skep-kill-XXXXXX").string();
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const std::filesystem::path path = std::filesystem::path(name) / "skep.db";
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);

  std::vector<std::string> acknowledged;
  for (int round = 0; round < kRoundCount; ++round) {
    const std::size_t count = std::uniform_int_distribution<std::size_t>(1, 200)(random);
    const std::chrono::microseconds delay(std::uniform_int_distribution<int>(0, 5'000)(random));
    const auto refs = refs_of_killed_child(path, count, delay);
    EXPECT_GE(refs.size(), count);
    acknowledged.insert(acknowledged.end(), refs.begin(), refs.end());

    EXPECT_EQ(integrity_of(path), "ok");
    // Closed again before the next fork: a child must not inherit a thread's locks.
    auto store = BlockingStore::open_sqlite(path);
    ASSERT_TRUE(store) << store.error().message;
    for (const auto& ref : acknowledged) {
      const auto record = store->get(OutputRef(ref));
      ASSERT_TRUE(record) << ref << ": " << record.error().message;
    }
    const auto listing = store->list_for_attempt("t", 1);
    ASSERT_TRUE(listing) << listing.error().message;
    EXPECT_TRUE(listing->damaged.empty());
    EXPECT_GE(listing->records.size(), acknowledged.size());
    std::int64_t last_seq = 0;
    for (const auto& record : listing->records) {
      EXPECT_GT(record.seq, last_seq);
      last_seq = record.seq;
    }
  }
  const std::set<std::string> distinct(acknowledged.begin(), acknowledged.end());
  EXPECT_EQ(distinct.size(), acknowledged.size());
  std::filesystem::remove_all(name);
}

}  // namespace
}  // namespace skep::test
