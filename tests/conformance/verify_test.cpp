#include "support/store_test.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

namespace skep::test {
namespace {

class VerifyTest : public StoreTest {
 protected:
  // `count` records in one batch, each a child of the first.
  void put(std::size_t count) {
    const OutputRef first = append(request("t", 1, "first"));
    std::vector<AppendRequest> requests;
    for (std::size_t i = 1; i < count; ++i) {
      requests.push_back(request("t", 1, "a", json_string(100)));
      requests.back().parent_refs.push_back(first);
    }
    ASSERT_TRUE(is_ok(run(store().append_all(std::move(requests)))));
  }

  static std::uint64_t checked(const VerifyReport& report, const std::string& name) {
    const auto found = std::ranges::find(report.checks, name, &VerifyCheck::name);
    return found == report.checks.end() ? 0 : found->checked_count;
  }
};
SKEP_INSTANTIATE(VerifyTest, backends());

TEST_P(VerifyTest, AnEmptyStoreIsSound) {
  const auto report = run(store().verify());
  ASSERT_TRUE(is_ok(report));
  EXPECT_TRUE(report->sound());
  EXPECT_TRUE(report->findings.empty());
  EXPECT_EQ(checked(*report, "records"), 0);
}

TEST_P(VerifyTest, ASoundStoreIsLookedAtWhole) {
  put(2'500);
  (void)run(store().stats());  // so that counts are there to be checked
  const auto report = run(store().verify());
  ASSERT_TRUE(is_ok(report));
  EXPECT_TRUE(report->sound()) << to_json(*report);
  EXPECT_TRUE(GetParam().name.starts_with(report->backend)) << report->backend;
  EXPECT_EQ(checked(*report, "records"), 2'500);
  EXPECT_EQ(checked(*report, "edges"), 2'499);
  for (const VerifyCheck& check : report->checks) EXPECT_EQ(check.skipped, "") << check.name;
}

TEST_P(VerifyTest, AppendsGoOnBesideIt) {
  put(2'000);
  std::atomic<bool> stop = false;
  std::atomic<int> appended = 0;
  std::thread writer([&] {
    while (!stop) {
      auto output = request("t", 2, "b");
      output.parent_refs.emplace_back("out-nobody");
      EXPECT_TRUE(is_ok(run(store().append(std::move(output)))));
      ++appended;
    }
  });
  while (appended < 5) std::this_thread::yield();
  const int before = appended;
  for (int round = 0; round < 3; ++round) {
    const auto report = run(store().verify());
    EXPECT_TRUE(is_ok(report));
    EXPECT_TRUE(report && report->sound());
  }
  stop = true;
  writer.join();
  EXPECT_GT(appended, before);
}

TEST_P(VerifyTest, EndsWhenItIsCancelled) {
  put(3);
  boost::asio::io_context context;
  boost::asio::cancellation_signal signal;
  ErrorKind kind = ErrorKind::kInternal;
  boost::asio::co_spawn(context, store().verify(),
                        boost::asio::bind_cancellation_slot(
                            signal.slot(), [&](std::exception_ptr, Result<VerifyReport> report) {
                              // It may have been quicker.
                              kind = report ? ErrorKind::kCancelled : report.error().kind;
                            }));
  signal.emit(boost::asio::cancellation_type::terminal);
  context.run();
  EXPECT_EQ(kind, ErrorKind::kCancelled);
  EXPECT_TRUE(is_ok(run(store().verify())));
}

TEST_P(VerifyTest, IsRefusedOnceTheStoreIsClosed) {
  ASSERT_TRUE(is_ok(run(store().close())));
  EXPECT_TRUE(is_error(run(store().verify()), ErrorKind::kClosed));
}

}  // namespace
}  // namespace skep::test
