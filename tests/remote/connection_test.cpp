// Connections that are kept, given up, waited for and cancelled.
#include "remote/remote_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>

namespace skep::test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

AppendRequest any_request() { return request("t", 1, "a"); }

TEST(ConnectionTest, OneServesManyCalls) {
  const Peer peer(answering({kEmitted}));
  const auto store = store_at(peer.url());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(is_ok(run(store->append(any_request()))));
  EXPECT_EQ(peer.connection_count(), 1U);
}

TEST(ConnectionTest, AnAnswerMayEndItsConnection) {
  const Peer peer([](PeerConnection& connection) {
    if (!connection.read()) return;
    connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + kEmitted);
  });
  const auto store = store_at(peer.url());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(is_ok(run(store->append(any_request()))));
  EXPECT_EQ(peer.connection_count(), 3U);
}

TEST(ConnectionTest, AnInterimAnswerIsNotTheAnswer) {
  const Peer peer([](PeerConnection& connection) {
    if (!connection.read()) return;
    connection.write("HTTP/1.1 100 Continue\r\n\r\n");
    connection.answer(200, kEmitted);
    connection.wait_for_end();
  });
  EXPECT_TRUE(is_ok(run(store_at(peer.url())->append(any_request()))));
}

// Takes the second request of its first connection and hangs up without a word.
class Sleepy {
 public:
  [[nodiscard]] std::string url() const { return peer_.url(); }
  [[nodiscard]] std::vector<std::string> keys() const {
    const std::lock_guard lock(mutex_);
    return keys_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> keys_;
  Peer peer_{[this](PeerConnection& connection) {
    for (int count = 0;; ++count) {
      const auto request = connection.read();
      if (!request) return;
      {
        const std::lock_guard lock(mutex_);
        keys_.emplace_back((*request)["Idempotency-Key"]);
      }
      if (connection.number() == 0 && count == 1) return;
      connection.answer(
          200, request->method() == boost::beast::http::verb::get ? record_text("1") : kEmitted);
    }
  }};
};

TEST(ConnectionTest, AnEmitOnAConnectionThatWasClosedGoesOutAgain) {
  const Sleepy peer;
  const auto store = store_at(peer.url());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(is_ok(run(store->append(any_request()))));
  const auto keys = peer.keys();
  ASSERT_EQ(keys.size(), 4U);
  EXPECT_NE(keys[0], keys[1]);
  EXPECT_EQ(keys[1], keys[2]);
  EXPECT_NE(keys[2], keys[3]);
}

TEST(ConnectionTest, AReadOnAConnectionThatWasClosedGoesOutAgain) {
  const Sleepy peer;
  const auto store = store_at(peer.url());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(is_ok(run(store->get(OutputRef("x")))));
  EXPECT_EQ(peer.keys().size(), 4U);
}

// An idle connection that the server ends in so many words.
TEST(ConnectionTest, AGoodbyeIsNoAnswer) {
  const Peer peer([](PeerConnection& connection) {
    if (!connection.read()) return;
    connection.answer(200, kEmitted);
    if (connection.number() == 0) connection.answer(408, problem("request_timeout"));
    connection.wait_for_end();
  });
  const auto store = store_at(peer.url());
  EXPECT_TRUE(is_ok(run(store->append(any_request()))));
  std::this_thread::sleep_for(20ms);  // for the goodbye to come, if it did not come at once
  EXPECT_TRUE(is_ok(run(store->append(any_request()))));
  EXPECT_EQ(peer.connection_count(), 2U);
}

TEST(ConnectionTest, AnImportIsNeverSentTwice) {
  std::atomic<int> import_count = 0;
  const Peer peer([&import_count](PeerConnection& connection) {
    while (const auto request = connection.read()) {
      if (request->target() == "/v1/records") {
        ++import_count;
        return;
      }
      connection.answer(200, kEmitted);
    }
  });
  const auto store = store_at(peer.url());
  EXPECT_TRUE(is_ok(run(store->append(any_request()))));
  const std::vector<OutputRecord> records(1, record("r", any_request()));
  EXPECT_TRUE(fails_with(run(store->import_records(records)), ErrorKind::kInternal,
                         Outcome::kInDoubt, "closed the connection"));
  EXPECT_EQ(import_count, 1);
}

// Answers once it is let, and tells that a request came.
class Gate {
 public:
  [[nodiscard]] std::string url() const { return peer_.url(); }
  [[nodiscard]] int request_count() const { return request_count_; }
  void wait_for_request() { arrived_.acquire(); }
  void open() { open_.release(); }

 private:
  std::counting_semaphore<> arrived_{0};
  std::counting_semaphore<> open_{0};
  std::atomic<int> request_count_ = 0;
  Peer peer_{[this](PeerConnection& connection) {
    while (connection.read()) {
      ++request_count_;
      arrived_.release();
      open_.acquire();
      connection.answer(200, kEmitted);
    }
  }};
};

// An append that can be cancelled, in an event loop on a thread of its own.
class Started {
 public:
  explicit Started(OutputStore& store) {
    asio::co_spawn(context_, store.append(any_request()),
                   asio::bind_cancellation_slot(
                       signal_.slot(), [this](std::exception_ptr thrown, Result<OutputRef> ended) {
                         EXPECT_FALSE(thrown);
                         result_ = std::move(ended);
                       }));
    thread_ = std::jthread([this] { context_.run(); });
  }

  void cancel() {
    asio::post(context_, [this] { signal_.emit(asio::cancellation_type::terminal); });
  }

  [[nodiscard]] Result<OutputRef> join() {
    thread_.join();
    return result_;
  }

 private:
  asio::io_context context_;
  asio::cancellation_signal signal_;
  Result<OutputRef> result_;
  std::jthread thread_;
};

TEST(ConnectionTest, CancelledBeforeItIsSentItIsNotApplied) {
  Gate gate;
  remote::HttpStoreOptions options;
  options.max_connections = 1;
  const auto store = store_at(gate.url(), options);
  Started first(*store);
  gate.wait_for_request();
  Started second(*store);
  second.cancel();
  EXPECT_TRUE(fails_with(second.join(), ErrorKind::kCancelled, Outcome::kNotApplied));
  EXPECT_TRUE(fails_with(run(store->append(any_request(), CallOptions(20ms))), ErrorKind::kTimedOut,
                         Outcome::kNotApplied));
  gate.open();
  EXPECT_TRUE(is_ok(first.join()));
  gate.open();
  EXPECT_TRUE(is_ok(run(store->append(any_request()))));
  EXPECT_EQ(gate.request_count(), 2);
}

TEST(ConnectionTest, CancelledOnceItIsSentItIsInDoubt) {
  Gate gate;
  const auto store = store_at(gate.url());
  Started append(*store);
  gate.wait_for_request();
  append.cancel();
  EXPECT_TRUE(fails_with(append.join(), ErrorKind::kCancelled, Outcome::kInDoubt));
  gate.open();
}

TEST(ConnectionTest, CloseWaitsForWhatIsUnderWay) {
  Gate gate;
  const auto store = store_at(gate.url());
  Started append(*store);
  gate.wait_for_request();
  std::jthread later([&gate] {
    std::this_thread::sleep_for(20ms);
    gate.open();
  });
  EXPECT_TRUE(is_ok(run(store->close())));
  EXPECT_TRUE(is_ok(append.join()));
  EXPECT_TRUE(is_error(run(store->append(any_request())), ErrorKind::kClosed));
  EXPECT_TRUE(is_error(run(store->append_all({})), ErrorKind::kClosed));
  EXPECT_TRUE(is_error(run(store->import_records({})), ErrorKind::kClosed));
  EXPECT_TRUE(is_error(run(store->get(OutputRef())), ErrorKind::kClosed));
  EXPECT_TRUE(is_error(run(store->tail(ListQuery())), ErrorKind::kClosed));
}

TEST(ConnectionTest, CloseEndsWhatWaitsForNews) {
  std::binary_semaphore arrived(0);
  const Peer peer([&arrived](PeerConnection& connection) {
    if (connection.read()) arrived.release();
    connection.wait_for_end();
  });
  const auto store = store_at(peer.url());
  std::jthread tail(
      [&store] { EXPECT_TRUE(is_error(run(store->tail(ListQuery())), ErrorKind::kClosed)); });
  arrived.acquire();
  EXPECT_TRUE(is_ok(run(store->close())));
}

TEST(ConnectionTest, ATailAsksUntilThereIsNews) {
  std::mutex mutex;
  std::vector<std::string> targets;
  const std::vector<std::string> pages = {page_text("", "3"), page_text("", "7"),
                                          page_text(record_text("1", 8), "8")};
  const Peer peer([&](PeerConnection& connection) {
    while (const auto request = connection.read()) {
      const std::lock_guard lock(mutex);
      targets.emplace_back(request->target());
      connection.answer(200, pages.at(targets.size() - 1));
    }
  });
  const auto store = store_at(peer.url());
  ListQuery query;
  query.after_seq = 3;
  const auto page = run(store->tail(query));
  ASSERT_TRUE(is_ok(page));
  EXPECT_EQ(page->listing.records.size(), 1U);
  EXPECT_EQ(page->next_after_seq, 8);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(targets, (std::vector<std::string>{"/v1/outputs?after_seq=3&limit=100&wait=20",
                                               "/v1/outputs?after_seq=3&limit=100&wait=20",
                                               "/v1/outputs?after_seq=7&limit=100&wait=20"}));
}

// Tails take no connection from others.
TEST(ConnectionTest, ATailHoldsNobodyUp) {
  const Peer peer([](PeerConnection& connection) {
    while (const auto request = connection.read()) {
      if (request->target().find("wait=") != boost::beast::string_view::npos) {
        connection.wait_for_end();
        return;
      }
      connection.answer(200, kEmitted);
    }
  });
  remote::HttpStoreOptions options;
  options.max_connections = 1;
  const auto store = store_at(peer.url(), options);
  std::jthread tail(
      [&store] { EXPECT_TRUE(is_error(run(store->tail(ListQuery())), ErrorKind::kClosed)); });
  while (peer.connection_count() == 0) std::this_thread::yield();
  EXPECT_TRUE(is_ok(run(store->append(any_request()))));
  EXPECT_TRUE(is_ok(run(store->close())));
}

TEST(ConnectionTest, ManyCallersShareAFewConnections) {
  const Peer peer(answering({kEmitted}));
  remote::HttpStoreOptions options;
  options.max_connections = 3;
  const auto store = store_at(peer.url(), options);
  asio::io_context context;
  int done_count = 0;
  for (int i = 0; i < 100; ++i) {
    asio::co_spawn(context, store->append(any_request()),
                   [&done_count](std::exception_ptr thrown, const Result<OutputRef>& ref) {
                     EXPECT_FALSE(thrown);
                     EXPECT_TRUE(is_ok(ref));
                     ++done_count;
                   });
  }
  context.run();
  EXPECT_EQ(done_count, 100);
  EXPECT_LE(peer.connection_count(), 3U);
}

}  // namespace
}  // namespace skep::test
