#include "isle/isle_fixture.hpp"

#include <stdexcept>

namespace skep::test {

TEST_F(IsleTest, AThrowingJobIsReportedToItsCallerAlone) {
  const auto thrown = call([](Connection&) -> int { throw std::runtime_error("boom"); });
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().kind, ErrorKind::kInternal);
  EXPECT_NE(thrown.error().message.find("boom"), std::string::npos);
  EXPECT_EQ(row_count(), 0);
  EXPECT_FALSE(isle().closed());
}

TEST_F(IsleTest, ThingsThatAreNoExceptionsAreContainedToo) {
  const auto thrown = call([](Connection&) -> int { throw 42; });
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(row_count(), 0);
}

TEST_F(IsleTest, TheTransactionOfAThrowingJobIsRolledBack) {
  const auto thrown = call([](Connection& c) -> Result<void> {
    if (auto begun = c.execute("BEGIN"); !begun) return begun;
    if (auto inserted = insert(c, 1); !inserted) return inserted;
    throw std::runtime_error("halfway");
  });
  EXPECT_FALSE(thrown);
  EXPECT_EQ(row_count(), 0);
}

TEST_F(IsleTest, ATransactionLeftOpenIsRolledBackAndReported) {
  const auto left = call([](Connection& c) -> Result<void> {
    if (auto begun = c.execute("BEGIN"); !begun) return begun;
    return insert(c, 1);
  });
  ASSERT_FALSE(left);
  EXPECT_EQ(left.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(left.error().outcome, Outcome::kNotApplied);
  EXPECT_EQ(row_count(), 0);
}

TEST_F(IsleTest, AFailedHealthCheckClosesTheIsle) {
  Gate release;
  auto thrown = isle().call(
      [&](Connection& c) -> int {
        release.wait();
        c.distrust();
        throw std::runtime_error("boom");
      },
      {}, boost::asio::use_future);
  auto queued = isle().call([](Connection&) {}, {}, boost::asio::use_future);
  release.open();
  EXPECT_EQ(thrown.get().error().kind, ErrorKind::kInternal);
  EXPECT_EQ(queued.get().error().kind, ErrorKind::kClosed);
  driver().join();
  EXPECT_TRUE(isle().closed());
  EXPECT_EQ(call([](Connection&) {}).error().kind, ErrorKind::kClosed);
}

TEST(IsleStartTest, AConnectionThatFailsToOpenFailsEveryCall) {
  auto started = start_isle<Connection>([]() -> Result<std::unique_ptr<Connection>> {
    return fail(ErrorKind::kCorrupt, "not a database");
  });
  for (int i = 0; i < 2; ++i) {
    const auto refused = started.isle.call([](Connection&) {}, {}, boost::asio::use_future).get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kCorrupt);
  }
}

TEST(IsleStartTest, AFactoryThatThrowsFailsEveryCall) {
  auto started = start_isle<Connection>(
      []() -> Result<std::unique_ptr<Connection>> { throw std::runtime_error("no disk"); });
  const auto refused = started.isle.call([](Connection&) {}, {}, boost::asio::use_future).get();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("no disk"), std::string::npos);
}

}  // namespace skep::test
