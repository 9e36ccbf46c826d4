// What goes over the wire, and what is made of the answers.
#include "remote/remote_fixture.hpp"

#include <skep/json.hpp>

#include <gtest/gtest.h>

namespace skep::test {
namespace {

// Answers every request with one body, and keeps the last request.
class RequestTest : public testing::Test {
 protected:
  explicit RequestTest() {
    remote::HttpStoreOptions options;
    options.token = "the.to-ken";
    store_ = store_at(peer_.url(), options);
  }

  void answer_with(std::string body) {
    const std::lock_guard lock(mutex_);
    body_ = std::move(body);
  }
  [[nodiscard]] PeerConnection::Request seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  [[nodiscard]] std::string target() const { return std::string(seen().target()); }
  [[nodiscard]] OutputStore& store() { return *store_; }

 private:
  mutable std::mutex mutex_;
  std::string body_ = "{}";
  PeerConnection::Request seen_;
  Peer peer_{[this](PeerConnection& connection) {
    while (auto request = connection.read()) {
      const std::lock_guard lock(mutex_);
      seen_ = std::move(*request);
      connection.answer(200, body_);
    }
  }};
  std::unique_ptr<OutputStore> store_;
};

TEST_F(RequestTest, AnEmitKeepsItsValuesText) {
  answer_with(kEmitted);
  AppendRequest emit = request("t\n", 7, "a\"", "{\"b\":1.0,\n \"a\": 1e2}");
  emit.parent_refs = {OutputRef("p"), OutputRef("p")};
  EXPECT_EQ(run(store().append(emit)), OutputRef("out-0123456789"));
  EXPECT_EQ(target(), "/v1/data/emit");
  EXPECT_EQ(seen().method(), boost::beast::http::verb::post);
  EXPECT_EQ(seen()["Authorization"], "Bearer the.to-ken");
  EXPECT_EQ(seen()["Content-Type"], "application/json");
  EXPECT_EQ(seen().body(), R"({"task_id":"t\n","attempt":7,"producer_agent":"a\"","event":)" +
                               to_json(emit.event) + R"(,"parent_refs":["p","p"]})");
}

TEST_F(RequestTest, AnEmitWithoutAKeyGetsOne) {
  answer_with(kEmitted);
  ASSERT_TRUE(is_ok(run(store().append(request("t", 1, "a")))));
  const std::string first(seen()["Idempotency-Key"]);
  ASSERT_TRUE(is_ok(run(store().append(request("t", 1, "a")))));
  EXPECT_EQ(first.size(), 32U);
  EXPECT_NE(first, seen()["Idempotency-Key"]);
  answer_with(R"({"results":[{"line":1,"out_id":"x"}],"stored_count":1,"failed_count":0})");
  ASSERT_TRUE(is_ok(run(store().append(request("t", 1, "a"), AppendOptions("mine")))));
  EXPECT_EQ(seen()["Idempotency-Key"], "mine");
  EXPECT_EQ(target(), "/v1/outputs?atomic=true");
  for (const std::string key : {"a b", "\xc3\xa4", "a\r\nX: y"}) {
    EXPECT_TRUE(is_error(run(store().append(request("t", 1, "a"), AppendOptions(key))),
                         ErrorKind::kInvalidArgument, "visible ASCII"));
  }
}

TEST_F(RequestTest, ABatchIsALineEach) {
  answer_with(
      R"({"results":[{"line":1,"out_id":"x"},{"line":2,"out_id":"y"}],"stored_count":2,"failed_count":0})");
  const std::vector<AppendRequest> batch = {request("t", 1, "a", "[1,\r\n2]"),
                                            request("t", 1, "b", "3")};
  const std::vector<OutputRef> refs = {OutputRef("x"), OutputRef("y")};
  EXPECT_EQ(run(store().append_all(batch)), refs);
  EXPECT_EQ(target(), "/v1/outputs?atomic=true");
  EXPECT_EQ(seen()["Content-Type"], "application/x-ndjson");
  const std::string open = R"({"task_id":"t","attempt":1,"producer_agent":)";
  EXPECT_EQ(seen().body(),
            open + R"("a","event":{"type":"final","content":{"kind":"inline","value":[1,  2]},)" +
                R"("ok":true},"parent_refs":[],"value_text":"[1,\r\n2]"})" + "\n" + open +
                R"("b","event":{"type":"final","content":{"kind":"inline","value":3},)" +
                R"("ok":true},"parent_refs":[]})" + "\n");
  const std::vector<AppendRequest> three(3, request("t", 1, "a"));
  EXPECT_TRUE(fails_with(run(store().append_all(three)), ErrorKind::kInternal, Outcome::kInDoubt,
                         "2 refs"));
}

TEST_F(RequestTest, AnImportIsALineEach) {
  answer_with(R"({"added_count":1,"present_count":0})");
  OutputRecord imported = record("r", request("t", 1, "a", "[1,\n2]"));
  imported.seq = -5;
  const std::vector<OutputRecord> records(1, imported);
  EXPECT_EQ(run(store().import_records(records))->added_count, 1U);
  EXPECT_EQ(target(), "/v1/records");
  const std::string body = seen().body();
  ASSERT_EQ(body.find('\n'), body.size() - 1);
  EXPECT_EQ(record_from_json(body.substr(0, body.size() - 1)), imported);
}

TEST_F(RequestTest, TextsArePercentEncoded) {
  answer_with(record_text("[1,\n 2.0]"));
  const auto found = run(store().get(OutputRef("a/b?c+d")));
  ASSERT_TRUE(is_ok(found));
  EXPECT_EQ(std::get<Inline>(*content_of(found->event)).value.text(), "[1,\n 2.0]");
  EXPECT_EQ(target(), "/v1/outputs/a%2Fb%3Fc%2Bd");
  (void)run(store().get(OutputRef("..")));
  EXPECT_EQ(target(), "/v1/outputs/%2E%2E");
  (void)run(store().get_latest_by_name("\xc3\xa4 +&="));
  EXPECT_EQ(target(), "/v1/latest?producer_agent=%C3%A4%20%2B%26%3D");
  (void)run(store().get_latest_by_name_in_run("", 3, ""));
  EXPECT_EQ(target(), "/v1/latest?producer_agent=&task_id=&attempt=3");
}

TEST_F(RequestTest, AListingAndItsNextPage) {
  answer_with(
      R"({"damaged":[{"id":"bad","seq":3,"reason":"torn"}],"next_after_seq":9,"records":[)" +
      record_text("1", 1) + " , " + record_text("\"]}\"", 2) + "]}");
  ListQuery query;
  query.task_id = "t";
  query.attempt = 1;
  query.producer_agent = "a";
  query.type = "final";
  query.limit = 7;
  query.after_seq = -3;
  const auto page = run(store().list(query));
  ASSERT_TRUE(is_ok(page));
  EXPECT_EQ(target(),
            "/v1/outputs?task_id=t&attempt=1&producer_agent=a&type=final&after_seq=0&limit=7");
  ASSERT_EQ(page->listing.records.size(), 2U);
  EXPECT_EQ(page->listing.records[1].seq, 2);
  ASSERT_EQ(page->listing.damaged.size(), 1U);
  EXPECT_EQ(page->listing.damaged[0].reason, "torn");
  EXPECT_EQ(page->next_after_seq, 9);
}

// Another program stored it; that must not hide the others.
TEST_F(RequestTest, ARecordThatIsNotValidIsDamaged) {
  const std::string deep = std::string(300, '[') + std::string(300, ']');
  answer_with(page_text(record_text("1", 1) + "," + record_text(deep, 2)));
  const auto page = run(store().list(ListQuery()));
  ASSERT_TRUE(is_ok(page));
  EXPECT_EQ(page->listing.records.size(), 1U);
  ASSERT_EQ(page->listing.damaged.size(), 1U);
  EXPECT_EQ(page->listing.damaged[0].seq, 2);
  EXPECT_FALSE(page->next_after_seq);
  answer_with(record_text(deep, 2));
  EXPECT_TRUE(is_error(run(store().get(OutputRef("x"))), ErrorKind::kCorrupt, "out-1000000002"));
}

TEST_F(RequestTest, Summaries) {
  answer_with(R"({"tasks":[{"task_id":"t","attempt_count":1,"output_count":2,"last_seq":3}]})");
  NameQuery names;
  names.after = "s";
  const auto tasks = run(store().tasks(names));
  ASSERT_TRUE(is_ok(tasks));
  EXPECT_EQ(target(), "/v1/tasks?after=s&limit=100");
  EXPECT_EQ(tasks->at(0).output_count, 2U);

  answer_with(R"({"runs":[{"task_id":"t","attempt":4294967295,"output_count":2,"last_seq":3}]})");
  RunQuery run_query;
  run_query.task_id = "t";
  run_query.after.emplace("t", 7);
  const auto runs = run(store().runs(run_query));
  ASSERT_TRUE(is_ok(runs));
  EXPECT_EQ(target(), "/v1/runs?task_id=t&limit=100&after_task_id=t&after_attempt=7");
  EXPECT_EQ(runs->at(0).attempt, 4'294'967'295U);

  answer_with(R"({"agents":[{"producer_agent":"a","output_count":2,"last_seq":3}]})");
  EXPECT_EQ(run(store().agents())->at(0).last_seq, 3);
  EXPECT_EQ(target(), "/v1/agents?limit=100");

  answer_with(R"({"backend":"sqlite","engine_version":"SQLite 3","output_count":1,"task_count":2,)"
              R"("agent_count":3,"last_seq":4,"database_bytes":5,"wal_bytes":6,"warnings":["w"]})");
  const auto stats = run(store().stats());
  ASSERT_TRUE(is_ok(stats));
  EXPECT_EQ(stats->backend, "sqlite");
  EXPECT_EQ(stats->warnings, std::vector<std::string>{"w"});
}

TEST_F(RequestTest, WhatNoServerSaysIsAnError) {
  for (const std::string body :
       {"", "not json", "[]", "{}", R"({"out_id":7})", R"({"records":7,"damaged":[]})",
        R"({"records":[7],"damaged":[]})", R"({"records":[],"damaged":[],"next_after_seq":-1})",
        R"({"tasks":[{}],"runs":{},"agents":[7]})", R"({"results":[{}]})"}) {
    answer_with(body);
    const auto internal = ErrorKind::kInternal;
    EXPECT_TRUE(fails_with(run(store().append(request("t", 1, "a"))), internal, Outcome::kInDoubt));
    const std::vector<AppendRequest> batch(1, request("t", 1, "a"));
    EXPECT_TRUE(fails_with(run(store().append_all(batch)), internal, Outcome::kInDoubt));
    const std::vector<OutputRecord> records(1, record("r", request("t", 1, "a")));
    EXPECT_TRUE(fails_with(run(store().import_records(records)), internal, Outcome::kInDoubt));
    EXPECT_TRUE(is_error(run(store().get(OutputRef("x"))), internal));
    EXPECT_TRUE(is_error(run(store().list(ListQuery())), internal));
    EXPECT_TRUE(is_error(run(store().tasks()), internal));
    EXPECT_TRUE(is_error(run(store().runs()), internal));
    EXPECT_TRUE(is_error(run(store().agents()), internal));
    EXPECT_TRUE(is_error(run(store().stats()), internal));
  }
}

}  // namespace
}  // namespace skep::test
