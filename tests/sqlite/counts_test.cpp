// What tasks, agents and stats say is what the records say, whoever wrote or deleted them.
#include "sqlite/counts.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/file_fixture.hpp"

#include <limits>

#include <random>

namespace skep::test {
namespace {

using namespace std::chrono_literals;

class CountsTest : public SqliteFileTest {
 protected:
  // As `RawFile::rows` writes them.
  static std::vector<std::string> told_tasks(BlockingStore& store) {
    std::vector<std::string> rows;
    const auto told = store.tasks();
    for (const auto& task : told.value()) {
      rows.push_back(task.task_id + "|" + std::to_string(task.attempt_count) + "|" +
                     std::to_string(task.output_count) + "|" + std::to_string(task.last_seq));
    }
    return rows;
  }

  static std::vector<std::string> told_agents(BlockingStore& store) {
    std::vector<std::string> rows;
    const auto told = store.agents();
    for (const auto& agent : told.value()) {
      rows.push_back(agent.producer_agent + "|" + std::to_string(agent.output_count) + "|" +
                     std::to_string(agent.last_seq));
    }
    return rows;
  }

  static std::string told_totals(BlockingStore& store) {
    const auto stats = store.stats().value();
    return std::to_string(stats.output_count) + "|" + std::to_string(stats.task_count) + "|" +
           std::to_string(stats.agent_count);
  }

  static void expect_true(BlockingStore& store, RawFile& file, const std::string& when) {
    EXPECT_EQ(told_tasks(store),
              file.rows("SELECT task_id, COUNT(DISTINCT attempt), COUNT(*), MAX(seq) FROM outputs "
                        "GROUP BY task_id ORDER BY task_id"))
        << when;
    EXPECT_EQ(told_agents(store),
              file.rows("SELECT producer_agent, COUNT(*), MAX(seq) FROM outputs "
                        "GROUP BY producer_agent ORDER BY producer_agent"))
        << when;
    EXPECT_EQ(told_totals(store),
              file.rows("SELECT COUNT(*), COUNT(DISTINCT task_id), COUNT(DISTINCT producer_agent) "
                        "FROM outputs")
                  .front())
        << when;
  }

  // As another program appends, which knows nothing of counts.
  static void foreign_append(RawFile& file, const std::string& task, const std::string& agent) {
    static int count = 0;
    const std::string n = std::to_string(++count);
    const std::string attempt = std::to_string(count % 3);
    file.execute(
        "INSERT INTO outputs (id, task_id, attempt, producer_agent, event_json, "
        "parent_refs_json, seq) SELECT 'foreign-" +
        n + "', '" + task + "', " + attempt + ", '" + agent +
        "', '{\"type\":\"progress\",\"stage\":\"s\",\"note\":null}', "
        "'[]', COALESCE(MAX(seq), 0) + 1 FROM outputs");
  }
};

TEST_F(CountsTest, AnOldFileIsCounted) {
  make_old_file(5);
  auto store = open();
  RawFile file(path());
  expect_true(store, file, "after opening");
  EXPECT_EQ(file.rows("SELECT counted_seq, output_count FROM skep_totals"),
            std::vector<std::string>{"5|5"});
}

// Another program may make the table anew, and take the trigger on it along.
TEST_F(CountsTest, ATableThatWasMadeAnewIsCountedAnew) {
  {
    auto store = open();
    store.append_all(std::vector<AppendRequest>(3, request("old", 1, "a"))).value();
    EXPECT_EQ(told_totals(store), "3|1|1");
  }
  RawFile file(path());
  file.execute("DROP TABLE outputs");
  file.execute(kOldestShape);
  foreign_append(file, "new", "b");
  auto store = open();
  expect_true(store, file, "after opening");
  EXPECT_EQ(told_totals(store), "1|1|1");
}

TEST_F(CountsTest, CountingEndsWhenThereIsNothingToCount) {
  {
    auto store = open();
    store.append(request("t", 1, "a")).value();
  }
  auto connection =
      sqlite::Connection::open(path().string(), sqlite::Connection::Mode::kReadWrite, 1s).value();
  EXPECT_EQ(sqlite::uncounted(*connection).value(), 1);
  // Another program was faster to take it away.
  connection->execute("DELETE FROM outputs").value();
  EXPECT_EQ(sqlite::count_some(*connection).value(), std::numeric_limits<std::int64_t>::max());
}

TEST_F(CountsTest, WhatIsNewIsCountedWhenSomebodyAsks) {
  auto store = open();
  RawFile file(path());
  // More than one portion.
  store.append_all(std::vector<AppendRequest>(5'000, request("t", 1, "a"))).value();
  EXPECT_EQ(file.rows("SELECT output_count FROM skep_totals"), std::vector<std::string>{"0"});
  expect_true(store, file, "after a batch");
  EXPECT_EQ(file.rows("SELECT counted_seq FROM skep_totals"), std::vector<std::string>{"5000"});
  const auto before = file.rows("PRAGMA data_version");
  expect_true(store, file, "again");
  EXPECT_EQ(file.rows("PRAGMA data_version"), before) << "there was nothing to count";
}

TEST_F(CountsTest, AnyOrderOfAppendsAndDeletionsIsCounted) {
  auto store = open();
  RawFile file(path());
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same sequence each time
  const auto word = [&random](const std::string& prefix) {
    return prefix + std::to_string(random() % 4);
  };
  for (int step = 0; step < 400; ++step) {
    switch (random() % 5) {
      case 0:
      case 1:
        store.append(request(word("t"), static_cast<std::uint32_t>(step % 3), word("a"))).value();
        break;
      case 2:
        foreign_append(file, word("t"), word("a"));
        break;
      case 3:
        file.execute(
            "DELETE FROM outputs WHERE rowid IN (SELECT rowid FROM outputs ORDER BY "
            "random() LIMIT 2)");
        break;
      default:
        // Its number is given away again.
        file.execute("DELETE FROM outputs WHERE seq = (SELECT MAX(seq) FROM outputs)");
        break;
    }
    if (random() % 4 == 0) expect_true(store, file, "step " + std::to_string(step));
    if (HasFailure()) return;
  }
  file.execute("DELETE FROM outputs");
  expect_true(store, file, "at the end");
}

}  // namespace
}  // namespace skep::test
