// Appends that wait together are committed together, and each succeeds or fails alone.
#include "isle/isle_fixture.hpp"
#include "sqlite/append_queue.hpp"
#include "sqlite/schema.hpp"
#include "support/expect.hpp"
#include "support/temp_dir.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace skep::test {
namespace {

using namespace std::chrono_literals;
using sqlite::AppendQueue;
using sqlite::Connection;
using sqlite::EncodedAppend;

class SharedCommitTest : public testing::Test {
 protected:
  using Refs = std::vector<OutputRef>;

  // `setup` is SQL for the writer's connection; `arrive()` in it calls `on_arrive`.
  void start(sqlite::AppendQueueLimits limits, const std::string& setup = {}) {
    writer_.emplace(start_isle<Connection>([this, setup] { return open(setup); }));
    queue_ = std::make_shared<AppendQueue>(writer_->isle, limits, std::make_shared<AppendSignal>());
  }

  void TearDown() override {
    queue_.reset();
    writer_.reset();
  }

  // Answers are kept under `name`, as they come, on the writer's thread.
  void append(const std::string& name, const std::string& agent, std::size_t body_length = 1) {
    submit<EncodedAppend, OutputRef>(
        EncodedAppend(request("t", 1, agent, json_string(body_length))),
        [this, name](const Result<OutputRef>& ref) {
          keep(name, ref ? Result<Refs>(Refs{*ref}) : std::unexpected(ref.error()));
        });
  }

  void append_all(const std::string& name, const std::vector<std::string>& agents) {
    std::vector<EncodedAppend> appends;
    for (const auto& agent : agents) appends.emplace_back(request("t", 1, agent));
    submit<std::vector<EncodedAppend>, Refs>(
        std::move(appends), [this, name](const Result<Refs>& refs) { keep(name, refs); });
  }

  // Waits until the writer has nothing left to do.
  void settle() {
    queue_->close();
    queue_.reset();
    writer_->driver.shutdown([](const Result<void>&) {});
    writer_->driver.join();
  }

  std::vector<std::string> stored() {
    auto connection = Connection::open(path(), Connection::Mode::kReadOnly, 1s).value();
    auto statement = connection->prepare("SELECT producer_agent FROM outputs ORDER BY seq").value();
    std::vector<std::string> agents;
    while (statement.step().value()) agents.emplace_back(statement.text(0).value());
    return agents;
  }

  static constexpr sqlite::AppendQueueLimits kWide{1'000, 1U << 20U, 1'000, 1U << 30U};

  std::optional<StartedIsle<Connection>> writer_;
  std::shared_ptr<AppendQueue> queue_;
  std::map<std::string, Result<Refs>> answers_;
  std::function<void()> on_arrive_;
  int commit_count_ = 0;
  std::size_t answers_before_commit_ = 0;

 private:
  [[nodiscard]] std::string path() const { return (directory_.path() / "outputs.db").string(); }

  Result<std::unique_ptr<Connection>> open(const std::string& setup) {
    auto connection = Connection::open(path(), Connection::Mode::kCreate, 1s);
    if (!connection) return connection;
    if (auto ready = sqlite::prepare_writer(**connection, false, 1s); !ready) {
      return std::unexpected(ready.error());
    }
    sqlite3* db = (*connection)->handle();
    sqlite3_create_function(
        db, "arrive", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, this,
        [](sqlite3_context* context, int, sqlite3_value**) {
          static_cast<SharedCommitTest*>(sqlite3_user_data(context))->on_arrive_();
        },
        nullptr, nullptr);
    if (!setup.empty()) {
      if (auto set = (*connection)->execute(setup.c_str()); !set) {
        return std::unexpected(set.error());
      }
    }
    sqlite3_commit_hook(
        db,
        [](void* self) {
          auto* test = static_cast<SharedCommitTest*>(self);
          ++test->commit_count_;
          const std::lock_guard lock(test->mutex_);
          test->answers_before_commit_ = test->answers_.size();
          return 0;
        },
        this);
    return connection;
  }

  template <class Payload, class Value, class Answered>
  void submit(Payload payload, Answered answered) {
    queue_->submit(std::make_shared<sqlite::PendingInsert<Payload, Value>>(
        std::move(payload), detail::make_waiter<Value>(std::move(answered))));
  }

  void keep(const std::string& name, Result<Refs> answer) {
    const std::lock_guard lock(mutex_);
    answers_.emplace(name, std::move(answer));
  }

  TempDir directory_;
  std::mutex mutex_;
};

TEST_F(SharedCommitTest, WhatWaitsTogetherIsCommittedTogether) {
  start(kWide);
  Hold hold(writer_->isle);
  for (int i = 0; i < 50; ++i) append(std::to_string(i), "a");
  append_all("batch", {"b", "c", "d"});
  hold.release();
  settle();
  EXPECT_EQ(commit_count_, 1);
  EXPECT_EQ(answers_before_commit_, 0) << "an answer came before its commit";
  EXPECT_EQ(answers_.size(), 51);
  for (const auto& [name, answer] : answers_) EXPECT_TRUE(is_ok(answer)) << name;
  EXPECT_EQ(stored().size(), 53);
}

TEST_F(SharedCommitTest, OneThatFailsTakesNobodyWithIt) {
  start(kWide,
        "CREATE TRIGGER refuse BEFORE INSERT ON outputs WHEN new.producer_agent = 'bad' "
        "BEGIN SELECT RAISE(ABORT, 'refused'); END");
  Hold hold(writer_->isle);
  append("first", "a");
  append("bad", "bad");
  append_all("bad batch", {"b", "b", "bad", "b"});
  append_all("batch", {"c", "d"});
  append("last", "e");
  hold.release();
  settle();
  EXPECT_EQ(commit_count_, 1);
  for (const std::string name : {"first", "batch", "last"}) {
    EXPECT_TRUE(is_ok(answers_.at(name))) << name;
  }
  EXPECT_TRUE(is_error(answers_.at("bad"), ErrorKind::kConflict, "refused"));
  EXPECT_TRUE(is_error(answers_.at("bad batch"), ErrorKind::kConflict, "refused"));
  EXPECT_EQ(stored(), (std::vector<std::string>{"a", "c", "d", "e"}));
}

TEST_F(SharedCommitTest, ALostTransactionFailsAllOfIt) {
  start(kWide,
        "CREATE TRIGGER refuse BEFORE INSERT ON outputs WHEN new.producer_agent = 'worst' "
        "BEGIN SELECT RAISE(ROLLBACK, 'rolled back'); END");
  {
    Hold hold(writer_->isle);
    append("first", "a");
    append_all("worst", {"b", "worst"});
    append("third", "c");
    hold.release();
  }
  {
    Hold hold(writer_->isle);
    append("later", "d");
    hold.release();
  }
  settle();
  for (const std::string name : {"first", "worst", "third"}) {
    EXPECT_TRUE(is_error(answers_.at(name), ErrorKind::kConflict, "rolled back")) << name;
  }
  EXPECT_TRUE(is_ok(answers_.at("later")));
  EXPECT_EQ(stored(), std::vector<std::string>{"d"});
}

TEST_F(SharedCommitTest, WhatArrivesWhileRowsAreInsertedSharesTheCommit) {
  start(kWide,
        "CREATE TRIGGER meanwhile BEFORE INSERT ON outputs WHEN new.producer_agent = 'first' "
        "BEGIN SELECT arrive(); END");
  on_arrive_ = [this] { append("second", "second"); };
  append("first", "first");
  Hold(writer_->isle).release();
  settle();
  EXPECT_EQ(stored(), (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(commit_count_, 1);
}

TEST_F(SharedCommitTest, ACommitHasLimits) {
  start({4, 10'000, 1'000, 1U << 30U});
  Hold hold(writer_->isle);
  for (int i = 0; i < 10; ++i) append(std::to_string(i), "few");  // 4, 4, 2
  append_all("many", std::vector<std::string>(9, "many"));        // alone
  append("large", "large", 20'000);                               // alone
  append("a", "a", 6'000);
  append("b", "b", 6'000);  // not with the one before
  hold.release();
  settle();
  EXPECT_EQ(commit_count_, 7);
  for (const auto& [name, answer] : answers_) EXPECT_TRUE(is_ok(answer)) << name;
}

TEST_F(SharedCommitTest, TheQueueHasLimits) {
  start({4, 10'000, 3, 30'000});
  Hold hold(writer_->isle);
  append("1", "a");
  append("large", "a", 50'000);  // would be fine alone
  append("2", "a");
  append("3", "a");
  append("4", "a");
  EXPECT_TRUE(is_error(answers_.at("large"), ErrorKind::kQueueFull));
  EXPECT_TRUE(is_error(answers_.at("4"), ErrorKind::kQueueFull));
  EXPECT_TRUE(answers_.at("4").error().retryable);
  hold.release();
  settle();
  EXPECT_EQ(stored().size(), 3);
}

}  // namespace
}  // namespace skep::test
