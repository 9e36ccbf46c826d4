// Answers reach their callers in order, together where they may, and each of them.
#include <skep/detail/waiter.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace skep::test {
namespace {

namespace asio = boost::asio;

class WaiterTest : public ::testing::Test {
 protected:
  // A caller on `executor` that keeps what it is told, and then throws if that is negative.
  template <class Executor>
  std::shared_ptr<detail::Waiter<int>> waiter(const Executor& executor) {
    return detail::make_waiter<int>(asio::bind_executor(executor, [this](Result<int> result) {
      told_.push_back(result.value());
      if (*result < 0) throw std::runtime_error("a caller's own");
    }));
  }

  // Those answers, each to a caller on the next of `contexts`.
  void answer(std::vector<int> answers, std::vector<asio::io_context*> contexts) {
    std::vector<std::shared_ptr<detail::AnyWaiter>> answered;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      auto one = waiter(contexts[i % contexts.size()]->get_executor());
      ASSERT_TRUE(one->answer(answers[i]));
      answered.push_back(std::move(one));
    }
    detail::finish_all(std::move(answered));
  }

  asio::io_context loop_;
  std::vector<int> told_;
};

TEST_F(WaiterTest, AnswersToOneExecutorTravelTogetherInTheirOrder) {
  answer({1, 2, 3}, {&loop_});
  EXPECT_TRUE(told_.empty()) << "handlers run on their executor only";
  EXPECT_EQ(loop_.run(), 1) << "one post for all";
  EXPECT_EQ(told_, (std::vector<int>{1, 2, 3}));
}

TEST_F(WaiterTest, EachExecutorGetsItsOwn) {
  asio::io_context other;
  answer({1, 2, 3, 4}, {&loop_, &other});
  other.run();
  EXPECT_EQ(told_, (std::vector<int>{2, 4}));
  loop_.run();
  EXPECT_EQ(told_, (std::vector<int>{2, 4, 1, 3}));
}

TEST_F(WaiterTest, AHandlerThatThrowsTakesNoAnswerFromTheOthers) {
  answer({1, -2, 3, -4, 5}, {&loop_});
  EXPECT_THROW(loop_.run(), std::runtime_error);
  EXPECT_EQ(told_, (std::vector<int>{1, -2}));
  EXPECT_THROW(loop_.run(), std::runtime_error);
  EXPECT_EQ(told_, (std::vector<int>{1, -2, 3, -4}));
  loop_.run();
  EXPECT_EQ(told_, (std::vector<int>{1, -2, 3, -4, 5}));
}

TEST_F(WaiterTest, TheFirstAnswerWins) {
  const auto one = waiter(loop_.get_executor());
  EXPECT_TRUE(one->answer(1));
  EXPECT_FALSE(one->answer(2));
  detail::complete(one, 3);
  detail::finish_all({one});
  loop_.run();
  EXPECT_EQ(told_, std::vector<int>{1});
}

TEST_F(WaiterTest, AHandlerWithoutAnExecutorRunsWhereItIsAnswered) {
  int told = 0;
  detail::complete(detail::make_waiter<int>([&told](Result<int> result) { told = *result; }), 7);
  EXPECT_EQ(told, 7);
}

TEST_F(WaiterTest, ALoopWaitsForAnAnswer) {
  const auto one = waiter(loop_.get_executor());
  EXPECT_EQ(loop_.poll(), 0);
  EXPECT_FALSE(loop_.stopped()) << "it would end before the answer is there";
  detail::complete(one, 1);
  loop_.run();
  EXPECT_EQ(told_, std::vector<int>{1});
}

}  // namespace
}  // namespace skep::test
