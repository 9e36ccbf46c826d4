#include "interchange/who_and_when.hpp"

#include <skep/json.hpp>

#include <gtest/gtest.h>

#include <set>
#include <variant>

namespace skep::interchange {
namespace {

constexpr std::string_view kRun = R"json({
  "is_corrected": true, "question": "q", "level": 2,
  "history": [
    {"role": "human", "content": "c0"},
    {"role": "Orchestrator (thought)", "content": "c1"},
    {"role": "Orchestrator (-> WebSurfer)", "content": "c2"},
    {"role": "Orchestrator (-> WebSurfer)", "content": "c3"},
    {"role": "Orchestrator (thought)", "content": "c4"},
    {"role": "WebSurfer", "content": "c5"},
    {"role": "WebSurfer", "content": "c6"},
    {"role": "assistant", "name": "Expert", "content": "c7"}],
  "mistake_agent": "WebSurfer"})json";

TEST(WhoAndWhenTest, AnnotationThenHistory) {
  const auto records = records_of_run(kRun, "g/1");
  ASSERT_TRUE(records) << records.error().message;
  ASSERT_EQ(records->size(), 9U);
  EXPECT_EQ((*records)[0].producer_agent, "who-and-when");
  EXPECT_EQ(to_json((*records)[0].event),
            R"({"type":"artifact","name":"annotation","content":{"kind":"inline","value":)"
            R"({"is_corrected":true,"question":"q","level":2,"mistake_agent":"WebSurfer"}}})");
  EXPECT_EQ((*records)[1].producer_agent, "human");
  EXPECT_EQ(to_json((*records)[1].event),
            R"({"type":"artifact","name":"step-0","content":{"kind":"inline","value":"c0"}})");
  EXPECT_EQ((*records)[8].producer_agent, "Expert");
  EXPECT_EQ(to_json((*records)[8].event),
            R"({"type":"final","content":{"kind":"inline","value":"c7"},"ok":true})");
  std::set<OutputRef> ids;
  for (const auto& record : *records) {
    EXPECT_TRUE(record.id.is_well_formed());
    EXPECT_EQ(record.task_id, "g/1");
    EXPECT_EQ(record.attempt, 1U);
    ids.insert(record.id);
  }
  EXPECT_EQ(ids.size(), records->size());
}

TEST(WhoAndWhenTest, ParentsAreWhatAnOutputAnswers) {
  const auto records = records_of_run(kRun, "g/1");
  ASSERT_TRUE(records);
  // The parent of each step, as a step; -1 for none.
  const std::vector<int> wanted{-1, 0, 1, 2, 3, 3, 5, 6};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    std::vector<OutputRef> parents;
    if (wanted[i] >= 0) parents.push_back((*records)[static_cast<std::size_t>(wanted[i]) + 1].id);
    EXPECT_EQ((*records)[i + 1].parent_refs, parents) << "step " << i;
  }
}

TEST(WhoAndWhenTest, IdsDependOnTaskAndStepAlone) {
  const auto one = records_of_run(kRun, "g/1");
  const auto again = records_of_run(kRun, "g/1");
  const auto other = records_of_run(kRun, "g/2");
  EXPECT_EQ(*one, *again);
  EXPECT_NE((*one)[1].id, (*other)[1].id);
  // printf 'who-and-when\0g/1\0000' | sha256sum
  EXPECT_EQ((*one)[1].id.str(), "out-1c24034872");
}

TEST(WhoAndWhenTest, MalformedRunsNameTheField) {
  const auto message_of = [](std::string_view json) {
    const auto records = records_of_run(json, "t");
    return records ? "no error" : records.error().message;
  };
  EXPECT_TRUE(message_of("{").starts_with("is not JSON"));
  EXPECT_EQ(message_of("[]"), "is not a JSON object");
  EXPECT_EQ(message_of("{}"), "field 'history': is missing");
  EXPECT_EQ(message_of(R"({"history":{}})"), "field 'history': is not an array");
  EXPECT_EQ(message_of(R"({"history":[]})"), "field 'history': is empty");
  EXPECT_EQ(message_of(R"({"history":[1]})"), "field 'history[0]': is not an object");
  EXPECT_EQ(message_of(R"({"history":[{"content":""}]})"), "field 'history[0].role': is missing");
  EXPECT_EQ(message_of(R"({"history":[{"name":1}]})"), "field 'history[0].name': is not a string");
  EXPECT_EQ(message_of(R"({"history":[{"role":"r","content":null}]})"),
            "field 'history[0].content': is not a string");
  EXPECT_EQ(message_of(R"({"history":[{"role":"r","content":""}]})"),
            "field 'is_correct': is missing, and so is 'is_corrected'");
  EXPECT_EQ(message_of(R"({"history":[{"role":"r","content":""}],"is_corrected":"no"})"),
            "field 'is_corrected': is not a boolean");
}

TEST(WhoAndWhenTest, TheWholeDataSet) {
  const auto directory = std::filesystem::path(SKEP_SHARED_DIR) / "data/who-and-when";
  if (!std::filesystem::is_directory(directory)) GTEST_SKIP() << "no data set at " << directory;
  const auto runs = find_runs(directory);
  ASSERT_TRUE(runs) << runs.error().error.message;
  ASSERT_EQ(runs->size(), 129U);
  EXPECT_EQ((*runs)[0].task_id, "algorithm-generated/1");
  EXPECT_EQ((*runs)[1].task_id, "algorithm-generated/2");
  EXPECT_EQ((*runs)[128].task_id, "hand-crafted/56");
  std::set<OutputRef> ids;
  for (const auto& run : *runs) {
    const auto records = load_run(run);
    ASSERT_TRUE(records) << records.error().error.message;
    for (const auto& record : *records) ids.insert(record.id);
    EXPECT_FALSE(std::get<Final>(records->back().event).ok);
  }
  EXPECT_EQ(ids.size(), 3'016U);
}

TEST(WhoAndWhenTest, NoDataSet) {
  const auto missing = find_runs("/no/such/folder");
  ASSERT_FALSE(missing);
  EXPECT_TRUE(missing.error().is_io);
}

}  // namespace
}  // namespace skep::interchange
