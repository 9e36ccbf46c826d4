#include "isle/isle_fixture.hpp"

#include <optional>

namespace skep::test {

using boost::asio::use_future;

TEST_F(IsleTest, ShutdownDrainsWhatWasAcceptedAndRefusesTheRest) {
  Gate release;
  std::vector<std::future<Result<void>>> accepted;
  auto held = isle().call([&](Connection&) { release.wait(); }, {}, use_future);
  for (int i = 0; i < 5; ++i) {
    accepted.push_back(isle().call([i](Connection& c) { return insert(c, i); }, {}, use_future));
  }
  auto ended = driver().shutdown(use_future);
  const auto refused = isle().call([](Connection&) {}, {}, use_future).get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kClosed);
  release.open();
  EXPECT_TRUE(held.get());
  for (auto& job : accepted) EXPECT_TRUE(job.get());
  EXPECT_TRUE(ended.get());
  EXPECT_TRUE(driver().shutdown(use_future).get());
}

TEST_F(IsleTest, ShutdownNowInterruptsTheRunningJobAndDiscardsTheQueue) {
  Gate started;
  auto running = isle().call(
      [&](Connection& c) {
        started.open();
        return run_forever(c);
      },
      {}, use_future);
  auto queued = isle().call([](Connection&) { return 1; }, {}, use_future);
  started.wait();
  auto ended = driver().shutdown_now(use_future);
  EXPECT_EQ(running.get().error().kind, ErrorKind::kClosed);
  EXPECT_EQ(queued.get().error().kind, ErrorKind::kClosed);
  EXPECT_TRUE(ended.get());
}

TEST(IsleLifetimeTest, TheLastHandleEndsTheThreadAfterItsJobs) {
  auto started = start_isle<Connection>(open_memory);
  std::optional<Isle<Connection>> first(std::move(started.isle));
  std::optional<Isle<Connection>> second(*first);
  std::atomic<bool> ran = false;
  Gate release;
  auto job = second->call(
      [&](Connection&) {
        release.wait();
        ran = true;
      },
      {}, use_future);
  first.reset();
  EXPECT_FALSE(second->closed());
  second.reset();
  release.open();
  started.driver.join();
  EXPECT_TRUE(ran);
  EXPECT_TRUE(job.get());
}

TEST(IsleLifetimeTest, DestroyingTheDriverDrains) {
  std::future<Result<int>> job;
  {
    auto started = start_isle<Connection>(open_memory);
    job = started.isle.call([](Connection&) { return 9; }, {}, use_future);
  }
  EXPECT_EQ(job.get().value(), 9);
}

}  // namespace skep::test
