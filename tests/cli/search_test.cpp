// `skep search` and `skep index`.
#include "cli/cli_fixture.hpp"

#include <boost/json.hpp>

namespace skep::test {
namespace {

class CliSearchTest : public CliTest {
 protected:
  std::string dance_ = emit("writer", "Bees tell where flowers are\nwith a dance.");
  std::string again_ = emit("editor", "The dance, again.", {"--attempt", "2"});

  void enable() {
    const Ran ran = skep({"index"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, "search is on; 2 outputs are indexed\n");
  }
};

TEST_F(CliSearchTest, WithoutAnIndexItSaysHowToGetOne) {
  const Ran ran = skep({"search", "dance"});
  EXPECT_EQ(ran.code, 11);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find("'skep index' makes one"), std::string::npos) << ran.err;
  enable();
  EXPECT_EQ(skep({"search", "dance"}).code, 0);
  EXPECT_EQ(skep({"index", "--off"}).out, "search is off, and its index removed\n");
  EXPECT_EQ(skep({"search", "dance"}).code, 11);
}

TEST_F(CliSearchTest, HitsAreShownWithTheirWords) {
  enable();
  const auto lines = lines_of(skep({"search", "flowers"}).out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[0].starts_with(dance_ + "  writer  final  ")) << lines[0];
  EXPECT_EQ(lines[1], "  Bees tell where flowers are with a dance.");
}

TEST_F(CliSearchTest, OnATerminalTheyAreMarked) {
  enable();
  const Ran ran = skep_on_terminal({"search", "dance", "-flowers", "--limit", "1"});
  EXPECT_NE(ran.code, 0) << "a word with a dash needs an argument with others";
  const Ran marked = skep_on_terminal({"search", "dance -flowers", "--limit", "1"});
  EXPECT_NE(marked.out.find("The \x1b[1mdance\x1b[0m, again."), std::string::npos) << marked.out;
  EXPECT_EQ(marked.out.find(dance_), std::string::npos);
}

TEST_F(CliSearchTest, WordsAreJoined) {
  enable();
  EXPECT_NE(skep({"search", "where", "flowers"}).out.find(dance_), std::string::npos);
  const Ran none = skep({"search", "where", "again"});
  EXPECT_EQ(none.code, 0);
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(none.err, "skep: nothing found\n");
  EXPECT_NE(skep({"search", "--", "dance", "-flowers"}).out.find(again_), std::string::npos);
}

TEST_F(CliSearchTest, FiltersAndTimes) {
  enable();
  const auto found = [this](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "search");
    const std::string out = skep(arguments).out;
    return std::string(out.find(dance_) != std::string::npos ? "1" : "") +
           (out.find(again_) != std::string::npos ? "2" : "");
  };
  EXPECT_EQ(found({"dance"}), "12");
  EXPECT_EQ(found({"dance", "--task", "t", "--attempt", "2"}), "2");
  EXPECT_EQ(found({"dance", "--agent", "writer"}), "1");
  EXPECT_EQ(found({"dance", "--type", "progress"}), "");
  EXPECT_EQ(found({"dance", "--since", "1h"}), "12");
  EXPECT_EQ(found({"dance", "--since", "2020-01-01", "--until", "2020-01-02T00:00Z"}), "");
  EXPECT_EQ(found({"dance", "--until", "1h"}), "");
}

TEST_F(CliSearchTest, TellsTheCommandThatReadsOn) {
  enable();
  const Ran first = skep({"search", "dance", "--limit", "1", "--since", "1h"});
  EXPECT_EQ(lines_of(first.out).size(), 2U);
  EXPECT_EQ(first.err,
            "skep: there is more: skep search --since 1h --limit 1 --offset 1 -- dance\n");
  const Ran rest =
      skep({"search", "--since", "1h", "--limit", "1", "--offset", "1", "--", "dance"});
  EXPECT_EQ(lines_of(rest.out).size(), 2U);
  EXPECT_NE(rest.out, first.out);
  EXPECT_EQ(rest.err, "");
}

TEST_F(CliSearchTest, AsJson) {
  enable();
  const auto page = boost::json::parse(skep({"search", "flowers", "--json"}).out);
  ASSERT_EQ(page.at("hits").as_array().size(), 1U);
  EXPECT_EQ(page.at("hits").at(0).at("id"), dance_.c_str());
  EXPECT_TRUE(page.at("next_offset").is_null());
}

TEST_F(CliSearchTest, MistakesAreNamed) {
  enable();
  const auto expect_usage = [this](const std::vector<std::string>& arguments,
                                   const std::string& part) {
    const Ran ran = skep(arguments);
    EXPECT_EQ(ran.code, 2) << ran.err;
    EXPECT_NE(ran.err.find(part), std::string::npos) << ran.err;
  };
  expect_usage({"search"}, "WORDS");
  expect_usage({"search", "a \"b"}, "not closed at byte 2");
  expect_usage({"search", "a", "--limit", "0"}, "limit");
  expect_usage({"search", "a", "--attempt", "1"}, "--attempt needs --task");
  expect_usage({"search", "a", "--since", "yesterday"}, "is neither a time");
  expect_usage({"search", "a", "--until", "never"}, "is neither a time");
  expect_usage({"index", "--url", "http://127.0.0.1:1"}, "it works on a file");
}

}  // namespace
}  // namespace skep::test
