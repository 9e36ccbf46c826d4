// An isle over a real SQLite connection, and jobs that last until told to end.
#pragma once

#include "sqlite/connection.hpp"

#include <skep/isle.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

namespace skep::test {

using namespace std::chrono_literals;
using sqlite::Connection;

inline Result<std::unique_ptr<Connection>> open_memory() {
  auto connection = Connection::open("", Connection::Mode::kMemory, 0ms);
  if (connection) {
    auto created = (*connection)->execute("CREATE TABLE t (n INTEGER)");
    if (!created) return std::unexpected(created.error());
  }
  return connection;
}

inline Result<void> insert(Connection& connection, std::int64_t n) {
  auto statement = connection.prepare("INSERT INTO t VALUES (?1)");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, n);
  return statement->run();
}

inline Result<std::int64_t> count(Connection& connection) {
  auto statement = connection.prepare("SELECT COUNT(*) FROM t");
  if (!statement) return std::unexpected(statement.error());
  if (auto row = statement->step(); !row) return std::unexpected(row.error());
  return statement->integer(0).value_or(-1);
}

/// A statement that runs until it is interrupted.
inline Result<void> run_forever(Connection& connection) {
  return connection.execute(
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT COUNT(*) FROM c");
}

/// A flag that one thread sets and another waits for, without end if it is never set.
class Gate {
 public:
  void open() {
    open_.store(true);
    open_.notify_all();
  }
  void wait() const { open_.wait(false); }

 private:
  std::atomic<bool> open_ = false;
};

/// Keeps an isle busy with one job until it is released.
class Hold {
 public:
  explicit Hold(const Isle<Connection>& isle)
      : answer_(isle.call(
            [this](Connection&) {
              started_.open();
              released_.wait();
            },
            {}, boost::asio::use_future)) {
    started_.wait();
  }

  /// Lets the job end, and waits until it has.
  void release() {
    released_.open();
    EXPECT_TRUE(answer_.get());
  }

 private:
  Gate started_;
  Gate released_;
  std::future<Result<void>> answer_;
};

class IsleTest : public ::testing::Test {
 protected:
  /// The awaitable's value, run to its end on this thread.
  template <class T>
  static T run(boost::asio::awaitable<T> work) {
    boost::asio::io_context context(1);
    auto future = boost::asio::co_spawn(context, std::move(work), boost::asio::use_future);
    context.run();
    return future.get();
  }

  /// Calls and blocks for the answer.
  template <class Job>
  auto call(Job job, CallOptions options = {}) {
    return isle().call(std::move(job), options, boost::asio::use_future).get();
  }

  const Isle<Connection>& isle() { return started_.isle; }
  IsleDriver<Connection>& driver() { return started_.driver; }

  std::int64_t row_count() {
    return call([](Connection& connection) { return count(connection); }).value();
  }

  StartedIsle<Connection> started_ = start_isle<Connection>(open_memory, IsleOptions{1, 64});
};

}  // namespace skep::test
