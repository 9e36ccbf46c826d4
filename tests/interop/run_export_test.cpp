// Runs as OpenLineage events and OTLP spans: what stands where. That the formats are those of their
// specifications, tests/interop/validate.mjs says.
#include "interop/ref_cache.hpp"
#include "support/run.hpp"

#include <skep/json.hpp>
#include <skep/memory_store.hpp>
#include <skep/run_export.hpp>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>
#include <sstream>

namespace skep::test {
namespace {

namespace bj = boost::json;

Inline text(std::string_view body) { return Inline(JsonText::from_string(body).value()); }

class ExportTest : public testing::Test {
 protected:
  OutputRef emit(const std::string& agent, OutputEvent event, std::vector<OutputRef> parents = {},
                 const std::string& task = "t") {
    return run(store_->append({task, 1, agent, std::move(event), std::move(parents)})).value();
  }

  // Puts a record in with a time of its own.
  void import(const std::string& id, std::int64_t millis, std::vector<OutputRef> parents,
              bool has_time = true) {
    OutputRecord record;
    record.id = OutputRef(id);
    record.task_id = "t";
    record.attempt = 1;
    record.producer_agent = "a";
    record.event = Final(text("x"), true);
    record.parent_refs = std::move(parents);
    if (has_time) record.created_at = Timestamp(std::chrono::milliseconds(millis));
    ASSERT_TRUE(run(store_->import_records({record})));
  }

  [[nodiscard]] std::string whole(const ExportOptions& options) {
    RunExport source(*store_, options);
    std::string all;
    for (;;) {
      auto piece = run(source.next());
      EXPECT_TRUE(piece) << piece.error().message;
      if (!piece || !*piece) break;
      EXPECT_TRUE((*piece)->empty() || (*piece)->ends_with('\n'));
      all += **piece;
    }
    record_count_ = source.record_count();
    damaged_ = source.take_damaged();
    return all;
  }

  [[nodiscard]] std::vector<bj::value> lines(const ExportOptions& options) {
    std::vector<bj::value> values;
    std::istringstream in(whole(options));
    for (std::string line; std::getline(in, line);) values.push_back(bj::parse(line));
    return values;
  }

  [[nodiscard]] std::vector<bj::value> events() {
    return lines(ExportOptions(ExportFormat::kOpenLineage));
  }

  [[nodiscard]] std::vector<bj::value> spans(
      ExportOptions options = ExportOptions(ExportFormat::kOtlp)) {
    std::vector<bj::value> all;
    for (const auto& line : lines(options)) {
      for (const auto& span : line.at_pointer("/resourceSpans/0/scopeSpans/0/spans").as_array()) {
        all.push_back(span);
      }
    }
    return all;
  }

  std::unique_ptr<OutputStore> store_ = make_memory_store();
  std::uint64_t record_count_ = 0;
  std::vector<DamagedRecord> damaged_;
};

bj::value attribute(const bj::value& span, std::string_view key) {
  for (const auto& item : span.at("attributes").as_array()) {
    if (item.at("key") == bj::value(key)) return item.at("value").as_object().begin()->value();
  }
  return nullptr;
}

TEST_F(ExportTest, NdjsonIsTheRecordsInOrder) {
  std::vector<AppendRequest> requests;
  for (int i = 0; i < 1'234; ++i) {
    requests.emplace_back(i % 2 == 0 ? "t" : "u", 1, "a", Progress(std::to_string(i)));
  }
  ASSERT_TRUE(run(store_->append_all(std::move(requests))));
  std::string expected;
  ListQuery query;
  query.limit = kMaxPageCount;
  for (;;) {
    const auto page = run(store_->list(query)).value();
    for (const auto& record : page.listing.records) expected += to_ndjson(record) + '\n';
    if (!page.next_after_seq) break;
    query.after_seq = *page.next_after_seq;
  }
  EXPECT_EQ(whole({}), expected);
  EXPECT_EQ(record_count_, 1'234U);
  ExportOptions one;
  one.task_id = "u";
  EXPECT_EQ(lines(one).size(), 617U);
}

TEST_F(ExportTest, OpenLineageStartsAndEndsEachRun) {
  const auto draft = emit("writer", Artifact("draft", text("x")));
  emit("writer", Progress("reading", "n"));
  emit("editor", Final(text("y"), false), {draft, draft, OutputRef("out-elsewhere")});
  const auto all = events();
  std::map<std::string, std::vector<std::string>> types;
  for (const auto& event : all) {
    types[std::string(event.at("run").at("runId").as_string())].emplace_back(
        event.at("eventType").as_string());
  }
  ASSERT_EQ(types.size(), 3U);
  const std::string run_id(all.front().at("run").at("runId").as_string());
  EXPECT_EQ(types[run_id], (std::vector<std::string>{"START", "RUNNING", "FAIL"}));
  const auto& last = all[all.size() - 2];
  EXPECT_EQ(last.at("eventType"), "FAIL");
  EXPECT_EQ(last.at("job").at("name"), "t.editor");
  EXPECT_EQ(last.at_pointer("/run/facets/parent/run/runId"), bj::value(run_id));
  ASSERT_EQ(last.at("inputs").as_array().size(), 2U);  // A repeated parent is one data set.
  EXPECT_EQ(last.at_pointer("/inputs/0/name"), bj::value(draft.str()));
  EXPECT_EQ(last.at_pointer("/outputs/0/outputFacets/outputStatistics/size"), 3);
}

TEST_F(ExportTest, ARunWithoutAFinalOutputIsStillUnderWay) {
  emit("a", Artifact("n", text("x")));
  EXPECT_EQ(events().back().at("eventType"), "RUNNING");
  emit("a", Final(text("x"), true));
  EXPECT_EQ(events().back().at("eventType"), "COMPLETE");
}

TEST_F(ExportTest, OtlpMakesATreeOfOneRun) {
  const auto draft = emit("writer", Artifact("draft", text("x")));
  emit("writer", Progress("reading"));
  emit("editor", Final(text("y"), false), {draft, OutputRef("out-none")});
  const auto all = spans();
  ASSERT_EQ(all.size(), 4U);
  const auto& root = all.back();
  EXPECT_EQ(root.at("name"), "invoke_workflow t");
  EXPECT_FALSE(root.as_object().contains("parentSpanId"));
  EXPECT_EQ(root.at_pointer("/status/code"), 2);
  std::set<bj::string> ids;
  for (const auto& span : all) {
    EXPECT_EQ(span.at("traceId"), root.at("traceId"));
    ids.insert(span.at("spanId").as_string());
    if (&span != &root) {
      EXPECT_EQ(span.at("parentSpanId"), root.at("spanId"));
    }
    EXPECT_EQ(attribute(span, "gen_ai.conversation.id"), "t/1");
  }
  EXPECT_EQ(ids.size(), 4U);
  EXPECT_EQ(all[0].at("name"), "invoke_agent writer");
  EXPECT_EQ(attribute(all[0], "gen_ai.operation.name"), "invoke_agent");
  EXPECT_EQ(attribute(all[1], "gen_ai.operation.name"), nullptr);
  EXPECT_EQ(all[1].at("name"), "progress writer");
  ASSERT_EQ(all[2].at("links").as_array().size(), 1U);  // To what is not there, there is none.
  EXPECT_EQ(all[2].at_pointer("/links/0/spanId"), all[0].at("spanId"));
  EXPECT_EQ(attribute(all[2], "error.type"), "_OTHER");
}

TEST_F(ExportTest, BodiesAreLeftOutUnlessTheyAreAskedFor) {
  std::string body(kMaxExportedBodyBytes - 1, 'x');
  body += "é and more";  // The cut would be within it.
  emit("a", Final(text(body), true));
  EXPECT_EQ(attribute(spans()[0], "gen_ai.output.messages"), nullptr);
  ExportOptions options(ExportFormat::kOtlp);
  options.with_bodies = true;
  const auto span = spans(options)[0];
  const auto messages = bj::parse(attribute(span, "gen_ai.output.messages").as_string());
  EXPECT_EQ(messages.at_pointer("/0/parts/0/content"), bj::value(body.substr(0, body.find("é"))));
  EXPECT_EQ(attribute(span, "skep.body_truncated"), true);
}

TEST_F(ExportTest, WorkBeginsWithItsLastParent) {
  import("p1", 1'000, {});
  import("p2", 5'000, {});
  import("c", 7'000, {OutputRef("p1"), OutputRef("p2")});
  import("odd", 2'000, {OutputRef("c")});  // Its clock was another.
  import("none", 0, {}, false);
  const auto all = spans();
  EXPECT_EQ(all[0].at("startTimeUnixNano"), "1000000000");
  EXPECT_EQ(all[2].at("startTimeUnixNano"), "5000000000");
  EXPECT_EQ(all[2].at("endTimeUnixNano"), "7000000000");
  EXPECT_EQ(all[3].at("startTimeUnixNano"), "2000000000");
  EXPECT_EQ(all[4].at("endTimeUnixNano"), "7000000000");
  EXPECT_EQ(attribute(all[4], "skep.time_unknown"), true);
  EXPECT_EQ(all[5].at("startTimeUnixNano"), "1000000000");
  EXPECT_EQ(all[5].at("endTimeUnixNano"), "7000000000");
}

TEST_F(ExportTest, NumbersThatTheProtocolCannotHoldAreCut) {
  emit("a", Artifact("n", FileRef("/p", std::nullopt, std::numeric_limits<std::uint64_t>::max())));
  EXPECT_EQ(attribute(spans()[0], "skep.body_bytes"), "9223372036854775807");
}

TEST_F(ExportTest, TimesThatNanosecondsCannotHoldAreCut) {
  import("early", -1'000, {});
  import("late", 253'402'300'799'999, {});
  const auto all = spans();
  EXPECT_EQ(all[0].at("endTimeUnixNano"), "0");
  EXPECT_EQ(all[1].at("endTimeUnixNano"), "18446744073709000000");
}

TEST_F(ExportTest, ParentsInOtherRunsAreLinkedOnlyIfTheyMayBe) {
  const auto elsewhere = emit("a", Final(text("x"), true), {}, "other");
  emit("b", Final(text("y"), true), {elsewhere});
  ExportOptions options(ExportFormat::kOtlp);
  options.task_id = "t";
  options.attempt = 1;
  const auto linked = spans(options);
  EXPECT_NE(linked[0].at_pointer("/links/0/traceId"), linked[0].at("traceId"));
  options.links_other_runs = false;
  EXPECT_FALSE(spans(options)[0].as_object().contains("links"));
}

TEST_F(ExportTest, ManyRunsComeOneAfterAnother) {
  std::vector<AppendRequest> requests;
  for (int i = 0; i < 2'500; ++i) {
    requests.emplace_back("task" + std::to_string(i), 1, "a", Final(text("x"), true));
  }
  ASSERT_TRUE(run(store_->append_all(std::move(requests))));
  EXPECT_EQ(spans().size(), 5'000U);
  EXPECT_EQ(record_count_, 2'500U);
}

TEST_F(ExportTest, APieceEndsOnceItIsLarge) {
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  std::vector<AppendRequest> requests;
  for (int i = 0; i < 90; ++i) {
    requests.emplace_back("t", 1, "a", Final(text(std::string(kMaxExportedBodyBytes, 'x')), true));
  }
  ASSERT_TRUE(run(store_->append_all(std::move(requests))));
  for (const auto format : {ExportFormat::kNdjson, ExportFormat::kOtlp}) {
    ExportOptions options(format);
    options.with_bodies = true;
    RunExport source(*store_, options);
    std::size_t whole = 0;
    for (;;) {
      const auto piece = run(source.next());
      ASSERT_TRUE(piece) << piece.error().message;
      if (!*piece) break;
      EXPECT_LT((*piece)->size(), kPiece + 2 * kMaxExportedBodyBytes);
      whole += (*piece)->size();
    }
    EXPECT_GT(whole, 5 * kPiece);
    EXPECT_EQ(source.record_count(), 90U);
  }
  ExportOptions options(ExportFormat::kOtlp);
  options.with_bodies = true;
  EXPECT_EQ(spans(options).size(), 91U);
}

TEST_F(ExportTest, LinksThatAreTooManyAreCounted) {
  std::vector<AppendRequest> requests;
  for (int i = 0; i < 1'003; ++i) requests.emplace_back("t", 1, "a", Progress("x"));
  auto refs = run(store_->append_all(std::move(requests))).value();
  emit("b", Final(text("y"), true), {refs.begin(), refs.begin() + 1'000});
  emit("c", Final(text("y"), true), refs);
  const auto all = spans();
  EXPECT_EQ(all[1'003].at("links").as_array().size(), 1'000U);
  EXPECT_FALSE(all[1'003].as_object().contains("droppedLinksCount"));
  EXPECT_EQ(all[1'004].at("links").as_array().size(), 1'000U);
  EXPECT_EQ(all[1'004].at("droppedLinksCount"), 3);
}

TEST_F(ExportTest, ParentsInOtherRunsAreLinkedEachTime) {
  const auto elsewhere = emit("a", Final(text("x"), true), {}, "other");
  for (int i = 0; i < 3; ++i) emit("b", Final(text("y"), true), {elsewhere, OutputRef("out-none")});
  ExportOptions options(ExportFormat::kOtlp);
  options.task_id = "t";
  options.attempt = 1;
  const auto all = spans(options);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(all[static_cast<std::size_t>(i)].at("links").as_array().size(), 1U);
    EXPECT_EQ(all[static_cast<std::size_t>(i)].at_pointer("/links/0/traceId"),
              all[0].at_pointer("/links/0/traceId"));
  }
}

TEST(RefCacheTest, WhatWasAddedFirstIsForgottenFirst) {
  interop::RefCache<int> cache(3, 1'000);
  for (int i = 0; i < 5; ++i) cache.add(OutputRef("out-" + std::to_string(i)), i);
  EXPECT_EQ(cache.find(OutputRef("out-1")), nullptr);
  ASSERT_NE(cache.find(OutputRef("out-2")), nullptr);
  cache.add(OutputRef("out-3"), 30);  // It is known: nothing has to go.
  EXPECT_EQ(*cache.find(OutputRef("out-3")), 30);
  EXPECT_NE(cache.find(OutputRef("out-2")), nullptr);
  cache.add(OutputRef("large"), 1, 995);
  EXPECT_EQ(cache.find(OutputRef("out-4")), nullptr);
  EXPECT_NE(cache.find(OutputRef("large")), nullptr);
  cache.add(OutputRef("too large"), 1, 1'000);
  EXPECT_EQ(cache.find(OutputRef("too large")), nullptr);
}

TEST_F(ExportTest, TheSameEachTime) {
  emit("a", Final(text("x"), true));
  for (const auto format : {ExportFormat::kOpenLineage, ExportFormat::kOtlp}) {
    const ExportOptions options(format);
    EXPECT_EQ(whole(options), whole(options));
  }
}

TEST_F(ExportTest, WhatIsNotThereIsNotFound) {
  emit("a", Final(text("x"), true));
  for (const char* name : {"ndjson", "openlineage", "otlp"}) {
    for (const bool has_attempt : {false, true}) {
      ExportOptions options(export_format_from(name).value());
      options.task_id = has_attempt ? "t" : "u";
      if (has_attempt) options.attempt = 2;
      RunExport source(*store_, options);
      const auto piece = run(source.next());
      ASSERT_FALSE(piece) << name;
      EXPECT_EQ(piece.error().kind, ErrorKind::kNotFound);
      EXPECT_FALSE(run(source.next()).value());  // It has ended.
    }
  }
  ExportOptions options;
  options.attempt = 1;
  RunExport source(*store_, options);
  EXPECT_EQ(run(source.next()).error().kind, ErrorKind::kInvalidArgument);
  EXPECT_FALSE(export_format_from("csv"));
}

}  // namespace
}  // namespace skep::test
