// No operation touches more pages of the file because the file has grown, but for the depth of its
// trees.
#include "sqlite/counts.hpp"
#include "sqlite/file_fixture.hpp"
#include "sqlite/read.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/summarize.hpp"
#include "sqlite/write.hpp"

#include <functional>
#include <map>

namespace skep::test {
namespace {

using namespace std::chrono_literals;
using sqlite::Connection;

using PageCounts = std::map<std::string, int>;

// Half of all records are of one task, in two runs.
constexpr const char* kFill =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
    "INSERT INTO outputs SELECT printf('out-%010x', i), iif(i % 2, 'giant', 't' || (i / 100)), "
    "i / 2 % 2, 'a' || (i % 8), "
    "'{\"type\":\"progress\",\"stage\":\"s\",\"note\":null}', '[]', i, NULL FROM n";

class FlatCostTest : public SqliteFileTest {
 protected:
  // The pages that each operation touches in a file of `count` records.
  PageCounts page_counts(int count) {
    std::filesystem::remove(path());
    connection_ =
        std::move(Connection::open(path().string(), Connection::Mode::kCreate, 1s).value());
    sqlite::prepare_writer(*connection_, false, 1s).value();
    std::string fill = kFill;
    fill.replace(fill.find('?'), 1, std::to_string(count));
    connection_->execute(fill.c_str()).value();
    while (sqlite::uncounted(*connection_).value()) sqlite::count_some(*connection_).value();

    PageCounts counts;
    const auto look = [&](const std::string& name, const std::function<void()>& operation) {
      operation();  // prepares its statements, which reads the schema
      const int before = touched();
      operation();
      counts[name] = touched() - before;
    };
    look("get", [&] { read(sqlite::ById{OutputRef("out-0000000100")}); });
    look("latest", [&] { read(sqlite::LatestByName{"a3"}); });
    look("latest_in_run", [&] { read(sqlite::LatestInRun{"giant", 1, "a3"}); });
    const std::int64_t middle = count / 2;
    look("list", [&] { list({}, {}, {}, middle); });
    look("list a task", [&] { list("giant", {}, {}, middle); });
    look("list an agent", [&] { list({}, {}, "a3", middle); });
    look("list a task's agent", [&] { list("giant", {}, "a3", middle); });
    look("list a run", [&] { list("giant", 1, {}, middle); });
    look("list a run's agent", [&] { list("giant", 1, "a3", middle); });
    look("append", [&] { append(); });
    look("count what is new", [&] {
      append();
      sqlite::count_some(*connection_).value();
    });
    NameQuery names;
    names.limit = 5;
    look("tasks", [&] { EXPECT_EQ(sqlite::tasks(*connection_, names)->size(), 5); });
    look("agents", [&] { EXPECT_EQ(sqlite::agents(*connection_, names)->size(), 5); });
    look("stats", [&] {
      EXPECT_GT(sqlite::stats(*connection_, "")->output_count, static_cast<std::uint64_t>(count));
    });
    connection_.reset();
    return counts;
  }

 private:
  [[nodiscard]] int touched() const {
    int total = 0;
    for (const int what : {SQLITE_DBSTATUS_CACHE_HIT, SQLITE_DBSTATUS_CACHE_MISS}) {
      int current = 0;
      int unused = 0;
      sqlite3_db_status(connection_->handle(), what, &current, &unused, 0);
      total += current;
    }
    return total;
  }

  void read(const sqlite::PointQuery& query) {
    EXPECT_TRUE(is_ok(sqlite::read(*connection_, query)));
  }

  void list(std::optional<std::string> task_id, std::optional<std::uint32_t> attempt,
            std::optional<std::string> agent, std::int64_t after_seq) {
    ListQuery query;
    query.task_id = std::move(task_id);
    query.attempt = attempt;
    query.producer_agent = std::move(agent);
    query.after_seq = after_seq;
    query.limit = 10;
    const auto part = sqlite::read(*connection_, sqlite::PageQuery(query, kMaxPageBytes));
    ASSERT_TRUE(is_ok(part));
    EXPECT_EQ(part->row_count, query.limit);
  }

  void append() {
    const sqlite::EncodedAppend encoded(request("giant", 1, "a3"));
    auto transaction = sqlite::Transaction::begin(*connection_).value();
    auto insertion = sqlite::Insertion::start(*connection_).value();
    EXPECT_TRUE(is_ok(insertion.insert(encoded, ids_)));
    EXPECT_TRUE(is_ok(transaction.commit()));
  }

  std::unique_ptr<Connection> connection_;
  OutputRefGenerator ids_;
};

TEST_F(FlatCostTest, OperationsTouchAsManyPagesInALargeFileAsInASmallOne) {
  const auto small = page_counts(1'000);
  const auto large = page_counts(64'000);
  ASSERT_EQ(small.size(), large.size());
  for (const auto& [operation, pages] : small) {
    // Sixty-four times the records make a tree two levels deeper at most, and an operation descends
    // once for each of some ten rows at most, in two trees.
    EXPECT_LE(large.at(operation), pages + 2 * 2 * 10)
        << operation << ": " << pages << " pages, then " << large.at(operation);
  }
}

}  // namespace
}  // namespace skep::test
