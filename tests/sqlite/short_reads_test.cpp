// Reads are done by their caller's executor while that needs no waiting, by a helper otherwise.
#include "sqlite/short_reads.hpp"
#include "isle/isle_fixture.hpp"
#include "sqlite/evict.hpp"
#include "sqlite/file_fixture.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/submit.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <mutex>
#include <set>
#include <string_view>

namespace skep::test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using sqlite::Connection;
using sqlite::PointQuery;
using sqlite::ShortReads;

class ShortReadsTest : public SqliteFileTest {
 protected:
  static constexpr std::size_t kCount = 300;

  void SetUp() override {
    {
      auto store = open();
      std::vector<AppendRequest> requests(kCount, request("t", 1, "a", json_string(4'000)));
      requests.push_back(request("t", 1, "large", json_string(2 * ShortReads::kMaxCallerBytes)));
      refs_ = store.append_all(requests).value();
    }
    start(100);
  }

  void TearDown() override {
    may_open_.open();
    reads_->close();
  }

  void start(std::size_t max_queued_count) {
    reads_ = std::make_shared<ShortReads>([this] { return open_reader(); }, max_queued_count);
  }

  asio::awaitable<Result<OutputRecord>> get(std::size_t i) {
    return sqlite::submit<sqlite::PendingQuery<PointQuery, OutputRecord>, OutputRecord>(
        reads_, PointQuery(sqlite::ById{refs_[i]}), {});
  }

  // Reads in this thread's event loop, and tells which threads SQLite worked on.
  std::set<std::thread::id> threads_of_reading(std::size_t i) {
    {
      const std::lock_guard lock(mutex_);
      threads_.clear();
    }
    asio::io_context context;
    auto future = asio::co_spawn(context, get(i), asio::use_future);
    context.run();
    const auto record = future.get();
    EXPECT_TRUE(is_ok(record));
    if (record) {
      EXPECT_EQ(record->id, refs_[i]);
    }
    const std::lock_guard lock(mutex_);
    return threads_;
  }

  // A machine short of memory may have dropped the page just now: so it may take some reads.
  bool reads_here(std::size_t i) {
    for (int tries = 0; tries < 100; ++tries) {
      if (threads_of_reading(i) == this_thread()) return true;
    }
    return false;
  }

  static std::set<std::thread::id> this_thread() { return {std::this_thread::get_id()}; }

  std::vector<OutputRef> refs_;
  std::shared_ptr<ShortReads> reads_;
  Gate may_open_;
  std::atomic<bool> waits_to_open_ = false;
  std::atomic<int> failures_to_open_ = 0;
  std::atomic<int> opening_to_fail_ = 0;  // the how-manieth, if not 0

 private:
  Result<std::unique_ptr<Connection>> open_reader() {
    if (waits_to_open_) may_open_.wait();
    if (failures_to_open_-- > 0 || ++opened_count_ == opening_to_fail_)
      return fail(ErrorKind::kInternal, "it does not open");
    auto reader = sqlite::open_reader(path().string(), 1s);
    if (!reader) return reader;
    sqlite3_trace_v2(
        (*reader)->handle(), SQLITE_TRACE_STMT,
        [](unsigned, void* self, void*, void* sql) {
          auto* test = static_cast<ShortReadsTest*>(self);
          if (std::string_view(static_cast<const char*>(sql)).starts_with("SELECT id")) {
            const std::lock_guard lock(test->mutex_);
            test->threads_.insert(std::this_thread::get_id());
          }
          return 0;
        },
        this);
    return reader;
  }

  std::atomic<int> opened_count_ = 0;
  std::mutex mutex_;
  std::set<std::thread::id> threads_;
};

TEST_F(ShortReadsTest, AReadOfWhatIsInMemoryIsDoneByItsCaller) {
  SKEP_NEEDS_EVICTION(path());
  EXPECT_NE(threads_of_reading(7), this_thread()) << "nobody has opened a connection for it yet";
  EXPECT_TRUE(reads_here(7));
}

TEST_F(ShortReadsTest, CallersReadOnceConnectionsForThemOpen) {
  SKEP_NEEDS_EVICTION(path());
  opening_to_fail_ = 2;  // the helper's is the first
  EXPECT_NE(threads_of_reading(7), this_thread());
  EXPECT_TRUE(reads_here(7));
}

TEST_F(ShortReadsTest, AReadThatMustWaitForTheDiskIsDoneByTheHelper) {
  SKEP_NEEDS_EVICTION(path());
  ASSERT_TRUE(reads_here(0));
  ASSERT_TRUE(evict(path()));
  const auto threads = threads_of_reading(kCount - 10);
  EXPECT_TRUE(threads.contains(std::this_thread::get_id())) << "it was tried there first";
  EXPECT_EQ(threads.size(), 2);
  EXPECT_TRUE(reads_here(kCount - 10)) << "now it is in memory";
}

TEST_F(ShortReadsTest, ALargeBodyIsReadByTheHelper) {
  SKEP_NEEDS_EVICTION(path());
  ASSERT_TRUE(reads_here(0));
  EXPECT_EQ(threads_of_reading(kCount).size(), 2);
  EXPECT_EQ(threads_of_reading(kCount).size(), 2);
}

TEST_F(ShortReadsTest, ManyAtOnceAreAllAnswered) {
  threads_of_reading(0);
  asio::io_context context;
  std::vector<std::future<Result<OutputRecord>>> answers;
  for (std::size_t i = 0; i < 90; ++i) {
    answers.push_back(asio::co_spawn(context, get(i), asio::use_future));
  }
  context.run();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto record = answers[i].get();
    ASSERT_TRUE(is_ok(record)) << i;
    EXPECT_EQ(record->id, refs_[i]);
  }
}

TEST_F(ShortReadsTest, TheQueueHasALimit) {
  start(3);
  waits_to_open_ = true;
  asio::io_context context;
  std::vector<std::future<Result<OutputRecord>>> answers;
  for (std::size_t i = 0; i < 4; ++i) {
    answers.push_back(asio::co_spawn(context, get(i), asio::use_future));
  }
  context.poll();
  EXPECT_TRUE(is_error(answers[3].get(), ErrorKind::kQueueFull));
  may_open_.open();
  context.run();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(is_ok(answers[i].get())) << i;
}

TEST_F(ShortReadsTest, ACancelledReadIsAnsweredAtOnce) {
  waits_to_open_ = true;
  asio::io_context context;
  asio::cancellation_signal signal;
  std::optional<Result<OutputRecord>> answer;
  asio::co_spawn(context, get(0),
                 asio::bind_cancellation_slot(
                     signal.slot(), [&answer](std::exception_ptr, Result<OutputRecord> record) {
                       answer = std::move(record);
                     }));
  context.poll();
  signal.emit(asio::cancellation_type::terminal);
  context.run();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(is_error(*answer, ErrorKind::kCancelled));
}

TEST_F(ShortReadsTest, AHelperThatDoesNotOpenIsReplaced) {
  failures_to_open_ = 1;
  asio::io_context context;
  auto answer = asio::co_spawn(context, get(0), asio::use_future);
  context.run();
  EXPECT_TRUE(is_error(answer.get(), ErrorKind::kInternal, "it does not open"));
  threads_of_reading(0);
}

TEST_F(ShortReadsTest, ClosingCompletesWhatWasAccepted) {
  threads_of_reading(0);
  asio::io_context context;
  std::vector<std::future<Result<OutputRecord>>> answers;
  for (std::size_t i = 0; i < 4; ++i) {
    answers.push_back(asio::co_spawn(context, get(i), asio::use_future));
  }
  for (int turn = 0; turn < 4; ++turn) context.poll_one();  // now they wait for their turn
  reads_->close();
  answers.push_back(asio::co_spawn(context, get(4), asio::use_future));
  context.run();
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(is_ok(answers[i].get())) << i;
  EXPECT_TRUE(is_error(answers[4].get(), ErrorKind::kClosed));
  reads_->close();
}

}  // namespace
}  // namespace skep::test
