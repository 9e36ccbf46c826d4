#include "cli/cli_fixture.hpp"

#include <boost/json.hpp>

namespace skep::test {
namespace {

class CareTest : public CliTest {};

TEST_F(CareTest, VerifyTellsASoundStoreFromADamagedOne) {
  (void)emit("writer", "Bees dance.");
  const std::string ref = emit("writer", "Bees dance to say where.");
  const Ran sound = skep({"verify"});
  EXPECT_EQ(sound.code, 0) << sound.err;
  EXPECT_EQ(lines_of(sound.out).back(), "sound");

  execute("UPDATE outputs SET event_json = '{' WHERE seq = 2");
  const Ran damaged = skep({"verify"});
  EXPECT_EQ(damaged.code, 5);
  EXPECT_NE(damaged.out.find("damaged_record: record " + ref + " (seq 2): "), std::string::npos);
  EXPECT_EQ(damaged.err, "skep: the store is damaged: 1 finding\n");

  const Ran told = skep({"verify", "--json"});
  EXPECT_EQ(told.code, 5);
  const auto report = boost::json::parse(told.out).as_object();
  EXPECT_FALSE(report.at("sound").as_bool());
  EXPECT_EQ(report.at("findings").as_array().size(), 1);
}

TEST_F(CareTest, VerifyNeedsNoFileThatOpens) {
  write_file("skep.db", "This is no database, but long enough to be taken for one.");
  EXPECT_EQ(skep({"verify"}).code, 5);
  EXPECT_EQ(skep({"verify", "--db", "nowhere.db"}).code, 3);
  EXPECT_FALSE(std::filesystem::exists(path("nowhere.db")));
}

TEST_F(CareTest, ABackupIsAStoreAndIsPutBack) {
  const std::string ref = emit("writer", "Bees dance.");
  const Ran copied = skep({"backup", "copy.db"});
  EXPECT_EQ(copied.code, 0) << copied.err;
  EXPECT_TRUE(copied.out.starts_with("backed up 1 record up to seq 1, ")) << copied.out;
  EXPECT_EQ(skep({"get", ref, "--body", "--db", "copy.db"}).out, "Bees dance.");
  const Ran again = skep({"backup", "copy.db"});
  EXPECT_EQ(again.code, 7);
  EXPECT_NE(again.err.find("--force replaces it"), std::string::npos) << again.err;
  EXPECT_EQ(skep({"backup", "copy.db", "--force"}).code, 0);
  EXPECT_EQ(skep({"backup", "nowhere/copy.db"}).code, 8);

  (void)emit("writer", "Bees dance to say where.");
  const Ran refused = skep({"restore", "copy.db"});
  EXPECT_EQ(refused.code, 7);
  EXPECT_NE(refused.err.find("--force moves it aside"), std::string::npos) << refused.err;
  const Ran restored = skep({"restore", "copy.db", "--force", "--json"});
  EXPECT_EQ(restored.code, 0) << restored.err;
  const auto answer = boost::json::parse(restored.out).as_object();
  EXPECT_EQ(answer.at("record_count"), 1);
  EXPECT_TRUE(std::filesystem::exists(path(answer.at("moved_aside").as_string().c_str())));
  EXPECT_EQ(lines_of(skep({"list", "--json"}).out).size(), 1);
  EXPECT_EQ(skep({"restore", "copy.db", "--url", "http://127.0.0.1:1"}).code, 2);
}

TEST_F(CareTest, MigrateCopiesAndCompares) {
  const std::string ref = emit("writer", "Bees dance.");
  write_file("map", "honey");
  EXPECT_EQ(skep({"emit", "--task", "t", "--agent", "scout", "--file", "map"}).code, 0);
  const Ran moved = skep({"migrate", "skep.db", "new.db"});
  EXPECT_EQ(moved.code, 0) << moved.err;
  const auto told = lines_of(moved.out);
  ASSERT_EQ(told.size(), 3) << moved.out;
  EXPECT_EQ(told[0], "added 2, already present 0");
  EXPECT_TRUE(told[1].starts_with("source  2 records, sha256 ")) << told[1];
  EXPECT_TRUE(told[1].ends_with(", 1 with a blob (5 B)")) << told[1];
  EXPECT_EQ(told[1].substr(6), told[2].substr(6));
  EXPECT_EQ(skep({"get", ref, "--body", "--db", "new.db"}).out, "Bees dance.");
  EXPECT_EQ(skep({"latest", "scout", "--body", "--db", "new.db"}).out, "honey");
  EXPECT_EQ(skep({"verify", "--db", "new.db"}).code, 0);

  EXPECT_EQ(skep({"emit", "--task", "t", "--agent", "b", "more", "--db", "new.db"}).code, 0);
  const Ran differs = skep({"migrate", "skep.db", "new.db", "--json"});
  EXPECT_EQ(differs.code, 10);
  EXPECT_NE(differs.err.find("other records"), std::string::npos) << differs.err;
  const auto report = boost::json::parse(differs.out).as_object();
  EXPECT_EQ(report.at("equal"), false);
  EXPECT_EQ(report.at("present_count"), 2);
  EXPECT_EQ(report.at("target").at("record_count"), 3);

  EXPECT_EQ(skep({"migrate", "nowhere.db", "new.db"}).code, 3);
  EXPECT_EQ(skep({"migrate", "skep.db"}).code, 2);
  EXPECT_EQ(skep({"migrate", "skep.db", "new.db", "--db", "skep.db"}).code, 2);
  std::filesystem::remove_all(path("skep.db.blobs"));
  const Ran without = skep({"migrate", "skep.db", "third.db"});
  EXPECT_EQ(without.code, 5);
  EXPECT_NE(without.err.find("without their blob: 1; "), std::string::npos) << without.err;
}

TEST_F(CareTest, PruneTellsFirstAndThenDoesIt) {
  std::vector<std::string> refs;
  for (const auto* text : {"one", "two", "three"}) refs.push_back(emit("writer", text));
  const Ran told = skep({"prune", "--keep", "1"});
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_NE(told.out.find("would remove 2 records"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("--yes"), std::string::npos) << told.out;
  EXPECT_EQ(skep({"get", refs[0]}).code, 0);
  EXPECT_EQ(skep({"prune", "--older-than", "1h", "--yes", "--json"}).code, 0);
  EXPECT_EQ(skep({"get", refs[0]}).code, 0);

  const Ran done = skep({"prune", "--keep", "1", "--yes", "--json"});
  EXPECT_EQ(done.code, 0) << done.err;
  const auto report = boost::json::parse(done.out).as_object();
  EXPECT_EQ(report.at("record_count"), 2);
  EXPECT_EQ(skep({"get", refs[0]}).code, 3);
  EXPECT_EQ(skep({"get", refs[2]}).code, 0);

  EXPECT_EQ(skep({"prune"}).code, 2);
  EXPECT_EQ(skep({"prune", "--yes"}).code, 2);
  EXPECT_EQ(skep({"prune", "--keep", "0"}).code, 2);
  EXPECT_EQ(skep({"prune", "--older-than", "never"}).code, 2);
}

}  // namespace
}  // namespace skep::test
