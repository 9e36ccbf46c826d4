// The whole Who&When data set, through the command.
#include "cli/cli_fixture.hpp"

#include <boost/json.hpp>

#include <cctype>
#include <map>
#include <set>

namespace skep::test {
namespace {

class WhoAndWhenTest : public CliTest {
 protected:
  const std::filesystem::path data_ = std::filesystem::path(SKEP_SHARED_DIR) / "data/who-and-when";

  void SetUp() override {
    if (!std::filesystem::is_directory(data_)) GTEST_SKIP() << "no data set at " << data_;
    const Ran ran = skep({"import", "--from", "who-and-when", data_.string()});
    ASSERT_EQ(ran.code, 0) << ran.err;
    ASSERT_EQ(ran.out,
              "129 runs, 2887 agent outputs, 129 annotations: added 3016, already present 0\n");
  }

  [[nodiscard]] boost::json::value run_of(const std::string& task) const {
    return boost::json::parse(read_file((data_ / (task + ".json")).string()));
  }
};

boost::json::string agent_of(const boost::json::value& entry) {
  const auto* name = entry.as_object().if_contains("name");
  return name == nullptr ? entry.at("role").as_string() : name->as_string();
}

TEST_F(WhoAndWhenTest, EveryRunReadsInTheOrderOfItsHistory) {
  const auto tasks = lines_of(skep({"tasks", "--json"}).out);
  ASSERT_EQ(tasks.size(), 129U);
  std::map<std::string, std::vector<boost::json::value>> runs;
  for (const auto& line : lines_of(skep({"list", "--json"}).out)) {
    auto record = boost::json::parse(line);
    const std::string task(record.at("task_id").as_string());
    runs[task].push_back(std::move(record));
  }
  ASSERT_EQ(runs.size(), 129U);
  for (const auto& [task, records] : runs) {
    const auto run = run_of(task);
    const auto& history = run.at("history").as_array();
    ASSERT_EQ(records.size(), history.size() + 1) << task;
    EXPECT_EQ(records[0].at("event").at("name"), "annotation");
    for (std::size_t i = 0; i < history.size(); ++i) {
      const auto& event = records[i + 1].at("event");
      EXPECT_EQ(records[i + 1].at("producer_agent"), agent_of(history[i])) << task;
      EXPECT_EQ(event.at("content").at("value"), history[i].at("content")) << task;
      EXPECT_EQ(event.at("type"), i + 1 == history.size() ? "final" : "artifact") << task;
    }
  }
}

TEST_F(WhoAndWhenTest, WordsOfARunFindItsOutputs) {
  ASSERT_EQ(skep({"index"}).out, "search is on; 3016 outputs are indexed\n");
  const std::string task = "hand-crafted/1";
  const auto run = run_of(task);
  const auto found = [&](const std::string& words, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"search", words, "--json", "--limit", "100"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto page = boost::json::parse(skep(arguments).out);
    std::set<std::string> ids;
    for (const auto& hit : page.at("hits").as_array()) {
      if (hit.at("task_id") == task.c_str()) ids.emplace(hit.at("id").as_string());
    }
    return ids;
  };
  // What is looked for is read out of the data set's own files, letter by letter.
  const auto expected = [&](const std::string& word) {
    std::vector<std::size_t> positions;
    const auto& history = run.at("history").as_array();
    for (std::size_t i = 0; i < history.size(); ++i) {
      std::string text(history[i].at("content").as_string());
      for (char& c : text) {
        const bool is_letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
        c = is_letter ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : ' ';
      }
      if ((' ' + text + ' ').find(' ' + word + ' ') != std::string::npos) positions.push_back(i);
    }
    return positions;
  };
  const auto records = lines_of(skep({"list", "--task", task, "--json"}).out);
  for (const std::string word : {"jidokwan", "keyence", "taekwondo", "shorin", "manhattan"}) {
    std::set<std::string> ids;
    // The annotation comes first.
    for (const std::size_t position : expected(word)) {
      ids.emplace(boost::json::parse(records.at(position + 1)).at("id").as_string());
    }
    EXPECT_FALSE(ids.empty()) << word;
    EXPECT_EQ(found(word), ids) << word;
    EXPECT_EQ(found(word, {"--task", task}), ids) << word;
  }
}

TEST_F(WhoAndWhenTest, TheLatestOfAnAgentIsItsLastWord) {
  const auto run = run_of("hand-crafted/1");
  const auto& history = run.at("history").as_array();
  boost::json::string last;
  for (const auto& entry : history) {
    if (agent_of(entry) == "WebSurfer") last = entry.at("content").as_string();
  }
  const Ran ran = skep({"latest", "WebSurfer", "--task", "hand-crafted/1", "--body"});
  EXPECT_EQ(ran.out, std::string(last));
  const Ran newest = skep({"latest", "WebSurfer", "--json"});
  std::string id;
  for (const auto& line : lines_of(skep({"list", "--agent", "WebSurfer", "--json"}).out)) {
    id = std::string(boost::json::parse(line).at("id").as_string());
  }
  EXPECT_EQ(boost::json::parse(newest.out).at("id"), boost::json::value(id));
}

TEST_F(WhoAndWhenTest, RunsAreShownAndCompared) {
  const Ran shown = skep({"show", "hand-crafted/1/1", "--full"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  const auto history = run_of("hand-crafted/1").at("history").as_array().size();
  std::size_t headings = 0;
  for (const auto& line : lines_of(shown.out)) {
    if (line.size() > 16 && line.substr(line.size() - 16).starts_with("  out-")) ++headings;
  }
  EXPECT_EQ(headings, history + 1);

  EXPECT_EQ(skep({"diff", "hand-crafted/1/1", "hand-crafted/1/1"}).code, 0);
  const Ran compared = skep({"diff", "hand-crafted/1/1", "hand-crafted/2/1", "--json"});
  EXPECT_EQ(compared.code, 10) << compared.err;
  const auto diff = boost::json::parse(compared.out);
  std::uint64_t left_count = 0;
  for (const auto& producer : diff.at("producers").as_array()) {
    left_count += producer.at("left_count").to_number<std::uint64_t>();
  }
  EXPECT_EQ(left_count, history + 1);
  EXPECT_EQ(diff.at_pointer("/divergence/index"), 0);  // The annotation.
  EXPECT_EQ(diff.at_pointer("/divergence/what"), "body");
}

TEST_F(WhoAndWhenTest, TwiceAddsNothing) {
  const Ran ran = skep({"import", "--from", "who-and-when", data_.string(), "--json"});
  EXPECT_EQ(boost::json::parse(ran.out),
            boost::json::parse(R"({"runs":129,"outputs":2887,"annotations":129,
                                                  "added":0,"present":3016})"));
  EXPECT_EQ(boost::json::parse(skep({"stats", "--json"}).out).at("output_count"), 3016U);
}

}  // namespace
}  // namespace skep::test
