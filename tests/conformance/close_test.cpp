#include "support/store_test.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>

namespace skep::test {
namespace {

class CloseTest : public StoreTest {};
SKEP_INSTANTIATE(CloseTest, backends());

TEST_P(CloseTest, EveryOperationIsRefusedAfterwards) {
  const OutputRef ref = append(request("t", 1, "a"));
  ASSERT_TRUE(is_ok(run(store().close())));

  const auto closed = ErrorKind::kClosed;
  EXPECT_TRUE(is_error(run(store().append(request("t", 1, "a"))), closed));
  const std::vector<AppendRequest> requests = {request("t", 1, "a")};
  EXPECT_TRUE(is_error(run(store().append_all(requests)), closed));
  const std::vector<OutputRecord> records = {record("r", request("t", 1, "a"))};
  EXPECT_TRUE(is_error(run(store().import_records(records)), closed));
  EXPECT_TRUE(is_error(run(store().get(ref)), closed));
  EXPECT_TRUE(is_error(run(store().get_latest_by_name("a")), closed));
  EXPECT_TRUE(is_error(run(store().get_latest_by_name_in_run("t", 1, "a")), closed));
  EXPECT_TRUE(is_error(run(store().list_for_attempt("t", 1)), closed));
  EXPECT_TRUE(is_error(run(store().list(ListQuery())), closed));
  EXPECT_TRUE(is_error(run(store().tasks()), closed));
  EXPECT_TRUE(is_error(run(store().agents()), closed));
  EXPECT_TRUE(is_error(run(store().stats()), closed));
}

TEST_P(CloseTest, MayBeRepeated) {
  EXPECT_TRUE(is_ok(run(store().close())));
  EXPECT_TRUE(is_ok(run(store().close())));
}

// Each append that was started before `close` ends as it says it did.
TEST_P(CloseTest, CompletesWhatItAccepted) {
  boost::asio::io_context context;
  std::vector<Result<OutputRef>> results(100);
  for (Result<OutputRef>& result : results) {
    boost::asio::co_spawn(context, store().append(request("t", 1, "a")),
                          [&result](std::exception_ptr thrown, Result<OutputRef> appended) {
                            EXPECT_FALSE(thrown);
                            result = std::move(appended);
                          });
  }
  int closed_count = 0;
  for (int i = 0; i < 2; ++i) {
    boost::asio::co_spawn(context, store().close(),
                          [&closed_count](std::exception_ptr thrown, const Result<void>& closed) {
                            EXPECT_FALSE(thrown);
                            EXPECT_TRUE(is_ok(closed));
                            ++closed_count;
                          });
  }
  context.run();
  EXPECT_EQ(closed_count, 2);

  std::vector<std::string> acknowledged;
  for (const Result<OutputRef>& result : results) {
    if (result) {
      acknowledged.push_back(result->str());
    } else {
      EXPECT_TRUE(is_error(result, ErrorKind::kClosed));
    }
  }
  if (GetParam().durable) {
    open();
    // Operations that run side by side have no order.
    auto stored = ids_of(all());
    std::ranges::sort(stored);
    std::ranges::sort(acknowledged);
    EXPECT_EQ(stored, acknowledged);
  }
}

}  // namespace
}  // namespace skep::test
