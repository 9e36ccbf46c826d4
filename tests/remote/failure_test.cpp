// Peers that refuse, break off, babble, hang up and keep silent.
#include "remote/remote_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace skep::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kInDoubt = Outcome::kInDoubt;
constexpr auto kNotApplied = Outcome::kNotApplied;

Result<OutputRef> append_to(OutputStore& store, CallOptions options = {}) {
  return run(store.append(request("t", 1, "a"), options));
}

Result<OutputRecord> get_from(OutputStore& store, CallOptions options = {}) {
  return run(store.get(OutputRef("out-0123456789"), options));
}

TEST(FailureTest, NobodyListens) {
  std::string url;
  {
    const Peer peer([](PeerConnection&) {});
    url = peer.url();
  }
  const auto store = store_at(url);
  const auto ref = append_to(*store);
  EXPECT_TRUE(is_error(ref, ErrorKind::kInternal, "cannot reach " + url));
  EXPECT_TRUE(ref.error().retryable);
  EXPECT_TRUE(is_error(get_from(*store), ErrorKind::kInternal, "refused"));
}

TEST(FailureTest, ANameThatIsNone) {
  const auto store = store_at("http://no-such-host.invalid");
  EXPECT_TRUE(is_error(append_to(*store), ErrorKind::kInternal, "cannot reach"));
}

TEST(FailureTest, AnAnswerThatBreaksOff) {
  for (const std::string part : {"HTTP/1.1 200 OK\r\nContent-Le",
                                 "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"out_id\":"}) {
    const Peer peer([&part](PeerConnection& connection) {
      if (connection.read()) connection.write(part);
    });
    const auto store = store_at(peer.url());
    EXPECT_TRUE(fails_with(append_to(*store), ErrorKind::kInternal, kInDoubt, "broke off"));
    const auto read = get_from(*store);
    EXPECT_TRUE(fails_with(read, ErrorKind::kInternal, kNotApplied, "broke off"));
    EXPECT_TRUE(read.error().retryable);
    EXPECT_EQ(peer.connection_count(), 2U) << "it was sent again";
  }
}

TEST(FailureTest, AnAnswerThatIsNotHttp) {
  const Peer peer([](PeerConnection& connection) {
    connection.write("SSH-2.0-OpenSSH_9.2p1\r\n");
    connection.wait_for_end();
  });
  const auto store = store_at(peer.url());
  EXPECT_TRUE(fails_with(append_to(*store), ErrorKind::kInternal, kInDoubt, "gave no answer"));
  EXPECT_TRUE(fails_with(get_from(*store), ErrorKind::kInternal, kNotApplied, "gave no answer"));
}

TEST(FailureTest, AnAnswerThatIsTooLarge) {
  remote::HttpStoreOptions options;
  options.max_body_bytes = 1'000;
  const std::size_t limit = 3 * options.max_body_bytes + 4 * kMaxPageBytes;
  const auto with_length =
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(limit + 1) + "\r\n\r\n";
  const std::string without_length = "HTTP/1.1 200 OK\r\n\r\n" + std::string(limit + 1, ' ');
  for (const std::string& text : {with_length, without_length}) {
    const Peer peer([&text](PeerConnection& connection) {
      if (connection.read()) connection.write(text);
      connection.wait_for_end();
    });
    const auto store = store_at(peer.url(), options);
    EXPECT_TRUE(fails_with(get_from(*store), ErrorKind::kTooLarge, kNotApplied, "more than"));
    EXPECT_TRUE(fails_with(append_to(*store), ErrorKind::kTooLarge, kInDoubt));
  }
}

TEST(FailureTest, AProblemIsAnError) {
  struct Case {
    unsigned status;
    std::string body;
    ErrorKind kind;
    Outcome outcome;
    bool retryable;
  };
  const std::string retryable = R"(,"retryable":true,"outcome":"not_applied")";
  const std::string doubtful = R"(,"retryable":false,"outcome":"in_doubt")";
  const std::vector<Case> cases = {
      {400, problem("bad_request"), ErrorKind::kInvalidArgument, kNotApplied, false},
      {401, problem("unauthorized"), ErrorKind::kDenied, kNotApplied, false},
      {403, problem("forbidden"), ErrorKind::kDenied, kNotApplied, false},
      {404, problem("not_found"), ErrorKind::kNotFound, kNotApplied, false},
      {404, problem("no_route"), ErrorKind::kInternal, kNotApplied, false},
      {409, problem("conflict"), ErrorKind::kConflict, kNotApplied, false},
      {409, problem("not_enabled"), ErrorKind::kNotEnabled, kNotApplied, false},
      {413, problem("too_large"), ErrorKind::kTooLarge, kNotApplied, false},
      {422, problem("invalid_argument"), ErrorKind::kInvalidArgument, kNotApplied, false},
      {422, problem("key_reused"), ErrorKind::kKeyReused, kNotApplied, false},
      {429, problem("too_many_requests", retryable), ErrorKind::kQueueFull, kNotApplied, true},
      {500, problem("internal", doubtful), ErrorKind::kInternal, kInDoubt, false},
      {500, problem("corrupt"), ErrorKind::kCorrupt, kNotApplied, false},
      {503, problem("queue_full", retryable), ErrorKind::kQueueFull, kNotApplied, true},
      {503, problem("overloaded", retryable), ErrorKind::kQueueFull, kNotApplied, true},
      {503, problem("busy", retryable), ErrorKind::kBusy, kNotApplied, true},
      {503, problem("timed_out", doubtful), ErrorKind::kTimedOut, kInDoubt, false},
      {503, problem("closed"), ErrorKind::kClosed, kNotApplied, false},
  };
  for (const Case& expected : cases) {
    const Peer peer(answering({expected.body}, expected.status));
    const auto store = store_at(peer.url());
    const auto ref = append_to(*store);
    EXPECT_TRUE(fails_with(ref, expected.kind, expected.outcome, "what happened")) << expected.body;
    EXPECT_EQ(ref.error().retryable, expected.retryable) << expected.body;
  }
}

TEST(FailureTest, TheEnginesCodeComesAlong) {
  const Peer peer(answering({problem("internal", R"(,"engine_code":522)")}, 500));
  EXPECT_EQ(get_from(*store_at(peer.url())).error().engine_code, 522);
}

// A proxy in between, or a server of another kind.
TEST(FailureTest, AnAnswerInOtherWords) {
  const auto answer_of = [](unsigned status) {
    const Peer peer(answering({"<html>No.</html>"}, status));
    const auto store = store_at(peer.url());
    return std::pair(append_to(*store), get_from(*store));
  };
  const auto [bad_gateway, read] = answer_of(502);
  EXPECT_TRUE(fails_with(bad_gateway, ErrorKind::kInternal, kInDoubt, "answered 502"));
  EXPECT_TRUE(fails_with(read, ErrorKind::kInternal, kNotApplied, "answered 502"));
  EXPECT_TRUE(read.error().retryable);
  EXPECT_TRUE(fails_with(answer_of(401).first, ErrorKind::kDenied, kNotApplied));
  EXPECT_TRUE(fails_with(answer_of(301).first, ErrorKind::kInternal, kNotApplied, "301"));
  EXPECT_TRUE(fails_with(answer_of(404).second, ErrorKind::kInternal, kNotApplied, "404"));
}

TEST(FailureTest, ASilentPeerTimesOut) {
  const Peer peer([](PeerConnection& connection) { connection.wait_for_end(); });
  const auto store = store_at(peer.url());
  EXPECT_TRUE(fails_with(get_from(*store, CallOptions(50ms)), ErrorKind::kTimedOut, kNotApplied));
  EXPECT_TRUE(fails_with(append_to(*store, CallOptions(50ms)), ErrorKind::kTimedOut, kInDoubt));
  EXPECT_TRUE(fails_with(run(store->tail(ListQuery(), CallOptions(50ms))), ErrorKind::kTimedOut,
                         kNotApplied));
}

TEST(FailureTest, OptionsAreChecked) {
  for (const std::string url :
       {"", "127.0.0.1:80", "ftp://h", "http://", "http://h/path", "http://h?q", "http://h#f",
        "http://user:secret@h", "http://h:99999", "http://h:0", "http://h:x", "http://a b"}) {
    remote::HttpStoreOptions options;
    options.url = url;
    EXPECT_TRUE(is_error(remote::make_http_store(options), ErrorKind::kInvalidArgument, "URL"))
        << url;
  }
  remote::HttpStoreOptions options;
  options.url = "http://h";
  options.token = "a\r\nX-Evil: yes";
  EXPECT_TRUE(is_error(remote::make_http_store(options), ErrorKind::kInvalidArgument, "token"));
  options.token.clear();
  options.ca_file = "/no/such/file";
  EXPECT_TRUE(is_error(remote::make_http_store(options), ErrorKind::kInvalidArgument, "https"));
  options.url = "https://h";
  EXPECT_TRUE(is_error(remote::make_http_store(options), ErrorKind::kInvalidArgument, "/no/such"));
  options.ca_file.clear();
  options.max_connections = 0;
  EXPECT_TRUE(is_error(remote::make_http_store(options), ErrorKind::kInvalidArgument, "1024"));
}

}  // namespace
}  // namespace skep::test
