// What `skep list`, `tasks`, `runs`, `agents` and `stats` show.
#include "cli/cli_fixture.hpp"

#include <boost/json.hpp>

namespace skep::test {
namespace {

class ListingTest : public CliTest {};

TEST_F(ListingTest, ATableInInsertionOrder) {
  const auto one = emit("writer", "Bees\n  dance.");
  const auto two = emit("editor", "", {"--type", "progress", "--stage", "reading"});
  const Ran ran = skep({"list", "--task", "t", "--attempt", "1"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "ref             seq  agent   type      size  preview\n" + one +
                         "    1  writer  final     13 B  Bees dance.\n" +  //
                         two + "    2  editor  progress     -  reading\n");
}

TEST_F(ListingTest, WhatTheQueryLeavesOpenHasAColumn) {
  (void)emit("a", "x", {"--attempt", "7"});
  EXPECT_TRUE(skep({"list"}).out.starts_with("ref             seq  task  attempt  agent"));
  EXPECT_TRUE(skep({"list", "--task", "t"}).out.starts_with("ref             seq  attempt  agent"));
}

TEST_F(ListingTest, Filters) {
  (void)emit("a", "x");
  (void)emit("b", "x", {"--type", "partial"});
  (void)emit("b", "x", {"--attempt", "2"});
  const auto count = [this](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"list", "--json"});
    return lines_of(skep(arguments).out).size();
  };
  EXPECT_EQ(count({}), 3U);
  EXPECT_EQ(count({"--task", "t"}), 3U);
  EXPECT_EQ(count({"--task", "t", "--attempt", "1"}), 2U);
  EXPECT_EQ(count({"--agent", "b"}), 2U);
  EXPECT_EQ(count({"--agent", "b", "--type", "partial"}), 1U);
  EXPECT_EQ(count({"--task", "unknown"}), 0U);
}

TEST_F(ListingTest, LinesAreCutAndHarmless) {
  (void)emit("a\nb\x1b[1m", "\x1b[31m" + std::string(500, 'x') + "\xe2\x80\xae");
  const auto lines = lines_of(skep({"list"}).out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1].find('\x1b'), std::string::npos);
  EXPECT_NE(lines[1].find("a\\nb\\x1b[1m"), std::string::npos);
  EXPECT_NE(lines[1].find("\\x1b[31mxxx"), std::string::npos);
  EXPECT_TRUE(lines[1].ends_with("x\xe2\x80\xa6"));
  EXPECT_EQ(lines[1].size(), 102U);  // 100 columns, the last of three bytes.
}

TEST_F(ListingTest, DamagedRowsAreNamedAndTheOthersShown) {
  const auto good = emit("a", "x");
  const auto bad = emit("a", "x");
  const auto last = emit("a", "x");
  execute("UPDATE outputs SET event_json = '{' WHERE id = '" + bad + "'");
  for (const std::string form : {"--task=t", "--json"}) {
    const Ran ran = skep({"list", form});
    EXPECT_EQ(ran.code, 5);
    EXPECT_NE(ran.out.find(good), std::string::npos);
    EXPECT_NE(ran.out.find(last), std::string::npos);
    EXPECT_EQ(ran.out.find(bad), std::string::npos);
    EXPECT_NE(ran.err.find("skep: damaged: " + bad + " (seq 2): "), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("skep: 1 row is damaged and left out\n"), std::string::npos);
  }
  EXPECT_EQ(skep({"export"}).code, 5);
  EXPECT_EQ(skep({"get", bad}).code, 5);
}

TEST_F(ListingTest, TasksAndAgents) {
  (void)emit("b", "x");
  (void)emit("a", "x", {"--attempt", "2"});
  EXPECT_EQ(skep({"tasks"}).out,
            "outputs  attempts  last seq  task\n"
            "      2         2         2  t\n");
  EXPECT_EQ(skep({"agents"}).out,
            "outputs  last seq  agent\n"
            "      1         2  a\n"
            "      1         1  b\n");
  EXPECT_EQ(
      boost::json::parse(skep({"tasks", "--json"}).out),
      boost::json::parse(R"({"task_id":"t","attempt_count":2,"output_count":2,"last_seq":2})"));
  const auto agents = lines_of(skep({"agents", "--json"}).out);
  ASSERT_EQ(agents.size(), 2U);
  EXPECT_EQ(boost::json::parse(agents[0]),
            boost::json::parse(R"({"producer_agent":"a","output_count":1,"last_seq":2})"));
}

TEST_F(ListingTest, Runs) {
  (void)emit("b", "x");
  (void)emit("a", "x", {"--attempt", "2"});
  EXPECT_EQ(skep({"emit", "--task", "u", "--agent", "a", "x"}).code, 0);
  EXPECT_EQ(skep({"runs"}).out,
            "outputs  attempt  last seq  task\n"
            "      1        1         1  t\n"
            "      1        2         2  t\n"
            "      1        1         3  u\n");
  EXPECT_EQ(boost::json::parse(skep({"runs", "--task", "u", "--json"}).out),
            boost::json::parse(R"({"task_id":"u","attempt":1,"output_count":1,"last_seq":3})"));
}

TEST_F(ListingTest, Stats) {
  (void)emit("a", "x");
  (void)emit("b", "x");
  const auto stats = boost::json::parse(skep({"stats", "--json"}).out);
  EXPECT_EQ(stats.at("output_count"), 2U);
  EXPECT_EQ(stats.at("task_count"), 1U);
  EXPECT_EQ(stats.at("agent_count"), 2U);
  EXPECT_EQ(stats.at("last_seq"), 2);
  EXPECT_TRUE(stats.at("warnings").is_array());
  EXPECT_NE(skep({"stats"}).out.find("\noutputs   2\n"), std::string::npos);
}

}  // namespace
}  // namespace skep::test
