// Every bad argument gives its error, and nothing is written.
#include "support/store_test.hpp"

#include <skep/json.hpp>

#include <functional>

namespace skep::test {
namespace {

class LimitsTest : public StoreTest {
 protected:
  void expect_nothing_written() {
    EXPECT_TRUE(all().empty());
    EXPECT_EQ(run(store().stats())->last_seq, 0);
  }
};
SKEP_INSTANTIATE(LimitsTest, backends());

const std::vector<std::string>& not_utf8() {
  static const std::vector<std::string> kTexts = {"\xff",      // never a byte of UTF-8
                                                  "a\x80",     // a continuation without a start
                                                  "\xc3",      // a start without its continuation
                                                  "\xe2\x82",  // the same, longer
                                                  "\xc0\xaf",  // overlong
                                                  "\xed\xa0\x80",             // a surrogate
                                                  "\xf4\x90\x80\x80",         // beyond U+10FFFF
                                                  std::string("\0\xfe", 2)};  // behind a NUL
  return kTexts;
}

// What `JsonText::parse` refuses.
const std::vector<std::string>& not_values() {
  static const std::vector<std::string> kTexts = {
      "",
      " ",
      "{",
      "[1,]",
      "{\"a\" 1}",
      "nul",
      "NaN",
      "01",
      "1e400",
      "-1e400",
      "1 2",
      "\"",
      "\"\t\"",
      "'a'",
      R"("\ud800")",
      R"("\udc00\ud800")",
      R"("\x41")",
      "\"\xff\"",
      "null}",
      "null,\"ok\":false",
      std::string("null\0", 5),
      std::string(kMaxValueDepth + 1, '[') + std::string(kMaxValueDepth + 1, ']')};
  return kTexts;
}

struct BadRequest {
  AppendRequest request;
  ErrorKind kind;
  std::string part;  // of the message
};

std::vector<BadRequest> bad_requests() {
  const AppendRequest good = request("t", 1, "a");
  const std::string too_long(kMaxWordBytes + 1, 'x');
  std::vector<BadRequest> bad;
  const auto add = [&](ErrorKind kind, std::string part, auto change) {
    AppendRequest changed = good;
    change(changed);
    bad.emplace_back(std::move(changed), kind, std::move(part));
  };
  for (const std::string& text : not_utf8()) {
    const auto invalid = ErrorKind::kInvalidArgument;
    add(invalid, "task_id", [&](auto& r) { r.task_id = text; });
    add(invalid, "producer_agent", [&](auto& r) { r.producer_agent = text; });
    add(invalid, "parent", [&](auto& r) { r.parent_refs = {OutputRef("p"), OutputRef(text)}; });
    add(invalid, "stage", [&](auto& r) { r.event = Progress(text); });
    add(invalid, "note", [&](auto& r) { r.event = Progress("s", text); });
    add(invalid, "name", [&](auto& r) { r.event = Artifact(text, Inline(json("1"))); });
    add(invalid, "path", [&](auto& r) { r.event = Partial(FileRef(text)); });
    add(invalid, "mime", [&](auto& r) { r.event = Final(FileRef("/p", text), true); });
  }
  for (const std::string& text : not_values()) {
    const Inline unchecked(JsonText::from_stored(text));
    add(ErrorKind::kInvalidArgument, "", [&](auto& r) { r.event = Final(unchecked, true); });
    add(ErrorKind::kInvalidArgument, "", [&](auto& r) { r.event = Partial(unchecked); });
    add(ErrorKind::kInvalidArgument, "", [&](auto& r) { r.event = Artifact("n", unchecked); });
  }
  const auto large = ErrorKind::kTooLarge;
  add(large, "task_id", [&](auto& r) { r.task_id = too_long; });
  add(large, "producer_agent", [&](auto& r) { r.producer_agent = too_long; });
  add(large, "parent 1", [&](auto& r) { r.parent_refs = {OutputRef(), OutputRef(too_long)}; });
  add(large, "parent_refs", [&](auto& r) { r.parent_refs.resize(kMaxParentRefCount + 1); });
  return bad;
}

TEST_P(LimitsTest, ABadRequestIsRefused) {
  for (const BadRequest& bad : bad_requests()) {
    EXPECT_TRUE(is_error(run(store().append(bad.request)), bad.kind, bad.part))
        << to_json(bad.request.event);
  }
  expect_nothing_written();
}

TEST_P(LimitsTest, ABadRequestFailsItsBatch) {
  for (const BadRequest& bad : bad_requests()) {
    const std::vector<AppendRequest> batch = {request("t", 1, "a"), bad.request};
    const auto refs = run(store().append_all(batch));
    EXPECT_TRUE(is_error(refs, bad.kind, bad.part)) << to_json(bad.request.event);
    EXPECT_TRUE(is_error(refs, bad.kind, "request 1: ")) << to_json(bad.request.event);
  }
  expect_nothing_written();
}

TEST_P(LimitsTest, ABadRecordFailsItsImport) {
  for (const BadRequest& bad : bad_requests()) {
    const std::vector<OutputRecord> batch = {record("r1", request("t", 1, "a")),
                                             record("r2", bad.request)};
    const auto result = run(store().import_records(batch));
    EXPECT_TRUE(is_error(result, bad.kind, bad.part)) << to_json(bad.request.event);
    EXPECT_TRUE(is_error(result, bad.kind, "record 1: ")) << to_json(bad.request.event);
  }
  const std::vector<OutputRecord> long_id = {
      record(std::string(kMaxWordBytes + 1, 'x'), request("t", 1, "a"))};
  EXPECT_TRUE(is_error(run(store().import_records(long_id)), ErrorKind::kTooLarge, "record 0: id"));
  expect_nothing_written();
}

TEST_P(LimitsTest, ABatchTooLargeIsRefused) {
  const std::vector<AppendRequest> requests(kMaxBatchCount + 1, request("t", 1, "a"));
  EXPECT_TRUE(is_error(run(store().append_all(requests)), ErrorKind::kTooLarge, "65536"));
  const std::vector<OutputRecord> records(kMaxBatchCount + 1, record("r", request("t", 1, "a")));
  EXPECT_TRUE(is_error(run(store().import_records(records)), ErrorKind::kTooLarge, "65536"));
  expect_nothing_written();
}

TEST_P(LimitsTest, TheLimitsThemselvesAreFine) {
  const std::string word(kMaxWordBytes, 'x');
  AppendRequest longest = request(word, 4'294'967'295U, word);
  longest.parent_refs.resize(kMaxParentRefCount);
  longest.parent_refs.back() = OutputRef(word);
  const OutputRef ref = append(longest);
  EXPECT_EQ(get(ref), record(ref.str(), longest));
  EXPECT_EQ(run(store().get_latest_by_name(word))->id, ref);
  EXPECT_EQ(run(store().list_for_attempt(word, 4'294'967'295U))->records.size(), 1);
}

// The limit counts the event as JSON text, escapes and envelope included.
TEST_P(LimitsTest, ABodyMayBeAsLargeAsTheLimit) {
  const std::vector<OutputEvent> events = {
      Progress(std::string(2'000, '\x01')), Progress("s", std::string(1'000, '"')),
      Artifact(std::string(900, 'n'), FileRef(std::string(900, '\\'))),
      final_of(json_string(5'000)), Partial(FileRef("/p", "text/plain", 7))};
  for (const OutputEvent& event : events) {
    const std::size_t bytes = to_json(event).size();
    open(bytes);
    const std::size_t before = all().size();
    EXPECT_TRUE(is_ok(run(store().append(AppendRequest("t", 1, "a", event)))));
    open(bytes - 1);
    EXPECT_TRUE(is_error(run(store().append(AppendRequest("t", 1, "a", event))),
                         ErrorKind::kTooLarge, std::to_string(bytes - 1)));
    EXPECT_EQ(all().size(), GetParam().durable ? before + 1 : 0);
  }
}

TEST_P(LimitsTest, ALookUpOfWhatCannotBeIsRefused) {
  std::vector<std::string> texts = not_utf8();
  texts.emplace_back(kMaxWordBytes + 1, 'x');
  for (const std::string& text : texts) {
    const auto invalid = ErrorKind::kInvalidArgument;
    EXPECT_TRUE(is_error(run(store().get(OutputRef(text))), invalid, "ref"));
    EXPECT_TRUE(is_error(run(store().get_latest_by_name(text)), invalid, "name"));
    EXPECT_TRUE(is_error(run(store().get_latest_by_name_in_run(text, 1, "a")), invalid, "task_id"));
    EXPECT_TRUE(is_error(run(store().get_latest_by_name_in_run("t", 1, text)), invalid, "name"));
    EXPECT_TRUE(is_error(run(store().list_for_attempt(text, 1)), invalid, "task_id"));
    ListQuery by_task;
    by_task.task_id = text;
    EXPECT_TRUE(is_error(run(store().list(by_task)), invalid, "task_id"));
    ListQuery by_agent;
    by_agent.producer_agent = text;
    EXPECT_TRUE(is_error(run(store().list(by_agent)), invalid, "producer_agent"));
    NameQuery after;
    after.after = text;
    EXPECT_TRUE(is_error(run(store().tasks(after)), invalid, "after"));
    EXPECT_TRUE(is_error(run(store().agents(after)), invalid, "after"));
  }
}

TEST_P(LimitsTest, APageHasALimit) {
  for (const std::size_t limit : {std::size_t{0}, kMaxPageCount + 1, ~std::size_t{0}}) {
    ListQuery records;
    records.limit = limit;
    EXPECT_TRUE(is_error(run(store().list(records)), ErrorKind::kInvalidArgument, "limit"));
    NameQuery names;
    names.limit = limit;
    EXPECT_TRUE(is_error(run(store().tasks(names)), ErrorKind::kInvalidArgument, "limit"));
    EXPECT_TRUE(is_error(run(store().agents(names)), ErrorKind::kInvalidArgument, "limit"));
  }
}

TEST_P(LimitsTest, AnAttemptBelongsToATask) {
  ListQuery query;
  query.attempt = 1;
  EXPECT_TRUE(is_error(run(store().list(query)), ErrorKind::kInvalidArgument, "task_id"));
}

}  // namespace
}  // namespace skep::test
