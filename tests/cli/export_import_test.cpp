// Whole stores to NDJSON and back.
#include "cli/cli_fixture.hpp"

namespace skep::test {
namespace {

class ExportImportTest : public CliTest {
 protected:
  void fill() {
    const auto ref = emit("a", "text \x1b \xe6\x97\xa5");
    (void)emit("b", "{\n \"z\": 1.0,\n \"a\": [1e2,\r\n 2]\n}", {"--value", "-", "--parent", ref});
    (void)emit("c", "", {"--type", "progress", "--stage", "s"});
    (void)emit("d", "", {"--link", "/p", "--not-ok"});
    (void)emit("e", "chunk", {"--type", "partial", "--attempt", "0"});
  }
};

TEST_F(ExportImportTest, ThereAndBack) {
  fill();
  const Ran exported = skep({"export", "all.ndjson"});
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_EQ(exported.out, "exported 5 records\n");
  EXPECT_EQ(exported.err, "");
  const std::string all = read_file("all.ndjson");
  EXPECT_EQ(lines_of(all).size(), 5U);
  EXPECT_EQ(skep({"export"}).out, all);

  const Ran imported = skep({"import", "all.ndjson", "--db", "copy.db"});
  ASSERT_EQ(imported.code, 0) << imported.err;
  EXPECT_EQ(imported.out, "added 5, already present 0\n");
  EXPECT_EQ(skep({"export", "--db", "copy.db"}).out, all);
  const std::string value = "{\n \"z\": 1.0,\n \"a\": [1e2,\r\n 2]\n}";
  EXPECT_EQ(skep({"latest", "b", "--db", "copy.db", "--body"}).out, value);
}

TEST_F(ExportImportTest, TwiceAddsNothing) {
  fill();
  const std::string all = skep({"export"}).out;
  EXPECT_EQ(skep({"import", "-"}, all).out, "added 0, already present 5\n");
  EXPECT_EQ(skep({"import", "-", "--json"}, all).out, "{\"added\":0,\"present\":5}\n");
  EXPECT_EQ(skep({"export"}).out, all);
}

TEST_F(ExportImportTest, AnExportReplacesTheFileWhole) {
  fill();
  write_file("all.ndjson", "old");
  EXPECT_EQ(skep({"export", "all.ndjson", "--json"}).out,
            "{\"exported\":5,\"file\":\"all.ndjson\"}\n");
  EXPECT_EQ(read_file("all.ndjson"), skep({"export"}).out);
  for (const auto& entry : std::filesystem::directory_iterator(path(""))) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("all.ndjson."));
  }
}

TEST_F(ExportImportTest, AMalformedLineIsNamedAndNothingOfItsBatchIsStored) {
  fill();
  const std::string all = skep({"export"}).out;
  const Ran ran = skep({"import", "-", "--db", "copy.db"}, all + "\n{\"id\":7}\n");
  EXPECT_EQ(ran.code, 2);
  EXPECT_TRUE(ran.err.starts_with("skep: standard input, line 7: ")) << ran.err;
  EXPECT_TRUE(ran.err.ends_with("; nothing was imported\n")) << ran.err;
  EXPECT_EQ(skep({"export", "--db", "copy.db"}).out, "");
}

TEST_F(ExportImportTest, BatchesBeforeAMalformedLineStay) {
  const std::string record =
      R"(","task_id":"t","attempt":1,"producer_agent":"a","event":{"type":"progress","stage":""}})";
  std::string input;
  for (int i = 0; i < 1500; ++i) input += "{\"id\":\"r" + std::to_string(i) + record + "\n";
  const Ran ran = skep({"import", "-"}, input + "oops");
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("line 1501: "), std::string::npos) << ran.err;
  EXPECT_TRUE(ran.err.ends_with("; the first 1000 records stay stored\n")) << ran.err;
  EXPECT_EQ(lines_of(skep({"export"}).out).size(), 1000U);
}

TEST_F(ExportImportTest, AConflictNamesTheLine) {
  fill();
  auto lines = lines_of(skep({"export"}).out);
  lines[2].replace(lines[2].find("\"stage\":\"s\""), 11, "\"stage\":\"S\"");
  std::string input;
  for (const auto& line : lines) input += line + "\n";
  const Ran ran = skep({"import", "-"}, input);
  EXPECT_EQ(ran.code, 7) << ran.err;
  EXPECT_NE(ran.err.find("line 3: "), std::string::npos) << ran.err;
}

TEST_F(ExportImportTest, OfOneRunAndInOtherFormats) {
  fill();
  EXPECT_EQ(skep({"export", "--task", "t", "--attempt", "1"}).out,
            skep({"list", "--task", "t", "--attempt", "1", "--json"}).out);
  const Ran events = skep({"export", "--format", "openlineage", "--task", "t"});
  EXPECT_EQ(events.code, 0) << events.err;
  EXPECT_TRUE(events.out.starts_with("{\"eventType\":\"START\",")) << events.out;
  const Ran spans = skep({"export", "--format", "otlp", "spans.json", "--bodies"});
  EXPECT_EQ(spans.out, "exported 5 records\n");
  EXPECT_TRUE(read_file("spans.json").starts_with("{\"resourceSpans\":["));
  EXPECT_NE(read_file("spans.json").find("gen_ai.output.messages"), std::string::npos);
  EXPECT_EQ(skep({"export", "--attempt", "1"}).code, 2);
  EXPECT_EQ(skep({"export", "--bodies"}).code, 2);
  EXPECT_EQ(skep({"export", "--format", "csv"}).code, 2);
  const Ran missing = skep({"export", "--task", "u", "file"});
  EXPECT_EQ(missing.code, 3);
  EXPECT_FALSE(std::filesystem::exists(path("file")));
}

TEST_F(ExportImportTest, WhatCannotBeReadCreatesNoStore) {
  const Ran missing = skep({"import", "no-such-file"});
  EXPECT_EQ(missing.code, 8);
  EXPECT_EQ(missing.err, "skep: cannot read 'no-such-file': No such file or directory\n");
  const Ran folder = skep({"import", "."});
  EXPECT_EQ(folder.code, 8);
  EXPECT_EQ(folder.err, "skep: cannot read '.': Is a directory\n");
  EXPECT_FALSE(std::filesystem::exists(path("skep.db")));
}

}  // namespace
}  // namespace skep::test
