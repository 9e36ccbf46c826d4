// What is wrong with a file is named, and what is right is not.
#include "sqlite/file_fixture.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <iterator>

namespace skep::test {
namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class FileVerifyTest : public SqliteFileTest {
 protected:
  // Three runs of records with parents and an idempotency key, all of it in the file itself.
  void make_file(int count = 30) {
    auto store = open();
    OutputRef parent = store.append(request("t", 1, "root", R"("the body of the root")")).value();
    for (int i = 1; i < count; ++i) {
      auto output = request("t", static_cast<std::uint32_t>(i % 3), "a",
                            "\"body number " + std::to_string(i) + "\"");
      output.parent_refs.push_back(parent);
      parent = store.append(std::move(output), AppendOptions("key " + std::to_string(i))).value();
    }
    ASSERT_TRUE(is_ok(store.stats()));
  }

  [[nodiscard]] VerifyReport verify() const {
    auto report = BlockingStore::verify_sqlite_file(path());
    EXPECT_TRUE(is_ok(report));
    return report ? std::move(*report) : VerifyReport();
  }

  // Of one kind, and that there are no others.
  static void expect_only(const VerifyReport& report, const std::string& kind,
                          const std::string& part, std::size_t count = 1) {
    EXPECT_EQ(report.finding_count, count) << to_json(report);
    for (const VerifyFinding& finding : report.findings) {
      EXPECT_EQ(finding.kind, kind) << to_json(report);
      EXPECT_NE((finding.where + finding.message).find(part), std::string::npos) << to_json(report);
    }
  }

  static bool has(const VerifyReport& report, const std::string& kind) {
    return std::ranges::any_of(report.findings, [&](const auto& f) { return f.kind == kind; });
  }

  // Writes `bytes` at `offset`.
  void overwrite(std::size_t offset, const std::string& bytes) const {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(offset));
    file << bytes;
  }
};

TEST_F(FileVerifyTest, ASoundFileIsLeftAsItIs) {
  make_file();
  const std::string before = bytes_of(path());
  const auto report = verify();
  EXPECT_TRUE(report.sound()) << to_json(report);
  std::vector<std::string> names;
  for (const VerifyCheck& check : report.checks) {
    names.push_back(check.name);
    EXPECT_EQ(check.checked_count > 0, check.name != "blobs") << check.name;
    EXPECT_EQ(check.skipped, "");
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"pages", "records", "edges", "counts", "keys", "blobs"}));
  EXPECT_EQ(bytes_of(path()), before);
}

TEST_F(FileVerifyTest, AFileThatOnlyAnotherProgramWroteIsSoundAndStaysAsItIs) {
  make_old_file(9);
  const std::string before = bytes_of(path());
  const auto report = verify();
  EXPECT_TRUE(report.sound()) << to_json(report);
  EXPECT_EQ(report.checks[1].checked_count, 9);
  for (std::size_t i = 2; i < report.checks.size(); ++i) {
    EXPECT_NE(report.checks[i].skipped.find("the file keeps no"), std::string::npos);
  }
  EXPECT_EQ(bytes_of(path()), before);
}

TEST_F(FileVerifyTest, TheReferenceFileIsSound) {
  const auto fixture = std::filesystem::path(SKEP_SHARED_DIR) / "fixtures/mlua-swarm/reference.db";
  if (!std::filesystem::exists(fixture)) GTEST_SKIP() << "no fixture at " << fixture;
  std::filesystem::copy_file(fixture, path());
  const auto report = verify();
  EXPECT_TRUE(report.sound()) << to_json(report);
  EXPECT_EQ(report.checks[1].checked_count, 12);
  std::filesystem::permissions(path(), std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  EXPECT_TRUE(is_ok(open().stats()));
  EXPECT_TRUE(verify().sound());
}

TEST_F(FileVerifyTest, RecordsThatAnotherProgramAddsOrRemovesAreNoFindings) {
  make_file();
  const auto store = open();
  RawFile file(path());
  file.execute(R"(INSERT INTO outputs VALUES ('new', 't', 1, 'a', '{"type":"progress","stage":"s",)"
               R"("note":null}', '["x","y"]', 1000, NULL))");
  file.execute("DELETE FROM outputs WHERE seq = 5");
  file.execute("UPDATE outputs SET parent_refs_json = '[\"z\"]' WHERE seq = 7");
  const auto report = verify();
  EXPECT_TRUE(report.sound()) << to_json(report);
}

TEST_F(FileVerifyTest, AFlippedByteInTheHeadOfAPageIsNamed) {
  make_file();
  const auto roots = RawFile(path()).rows("SELECT rootpage FROM sqlite_master WHERE rootpage > 0");
  for (const std::string& root : roots) {
    const std::size_t page = std::stoul(root);
    if (page == 1) continue;
    const std::size_t offset = (page - 1) * 4'096;
    const std::string before = bytes_of(path()).substr(offset, 1);
    overwrite(offset, std::string(1, static_cast<char>(before[0] ^ 0x40)));
    const auto report = verify();
    EXPECT_FALSE(report.sound()) << root;
    EXPECT_TRUE(has(report, "damaged_page") || has(report, "unreadable")) << to_json(report);
    overwrite(offset, before);
  }
  EXPECT_TRUE(verify().sound());
}

TEST_F(FileVerifyTest, AFlippedByteInTheTextOfABodyIsNamed) {
  make_file();
  const std::size_t offset = bytes_of(path()).find("the body of the root");
  ASSERT_NE(offset, std::string::npos);
  overwrite(offset, std::string(1, static_cast<char>('t' ^ 0x80)));
  expect_only(verify(), "damaged_record", "(seq 1)");
  // A quote in the middle ends the string.
  overwrite(offset, "t\"e");
  expect_only(verify(), "damaged_record", "(seq 1)");
  // What SQLite has no checksum for: another letter.
  overwrite(offset, "tha");
  EXPECT_TRUE(verify().sound());
}

TEST_F(FileVerifyTest, AFileThatIsNoDatabaseIsAFinding) {
  std::ofstream(path()) << std::string(5'000, 'x');
  expect_only(verify(), "unreadable", "not a database");
  std::filesystem::resize_file(path(), 0);
  EXPECT_TRUE(is_error(BlockingStore::verify_sqlite_file(path()), ErrorKind::kInvalidArgument,
                       "not an output store"));
  std::filesystem::remove(path());
  EXPECT_TRUE(is_error(BlockingStore::verify_sqlite_file(path()), ErrorKind::kNotFound));
}

TEST_F(FileVerifyTest, ATruncatedFileIsAFinding) {
  make_file(200);
  std::filesystem::resize_file(path(), std::filesystem::file_size(path()) - 8'192);
  const auto report = verify();
  EXPECT_FALSE(report.sound());
}

struct Wrong {
  std::string sql;
  std::string kind;
  std::string part;
  std::size_t count = 1;
};

TEST_F(FileVerifyTest, WhatIsWrongWithRowsIsNamed) {
  make_file();
  const std::string columns =
      "INSERT INTO outputs (id, task_id, attempt, producer_agent, event_json, parent_refs_json, "
      "seq) SELECT ";
  const std::string original = bytes_of(path());
  // Each is done behind the triggers, so that nothing but what is said becomes wrong.
  const std::vector<Wrong> all{
      {columns + "'again', 't', 1, 'a', event_json, '[]', 30 FROM outputs WHERE seq = 1",
       "seq_repeated", "again"},
      {columns + "'again', 't', 1, 'a', event_json, '[]', 7 FROM outputs WHERE seq = 1",
       "seq_repeated", "(seq 7)"},
      {columns + "'zero', 't', 1, 'a', event_json, '[]', 0 FROM outputs WHERE seq = 1", "seq_not_",
       "zero", 2},
      {"UPDATE outputs SET seq = 1000 WHERE seq = 1", "seq_not_increasing", "seq 1000", 29},
      {"DELETE FROM skep_edges WHERE seq = 9", "edge_missing", "(seq 9)"},
      {"INSERT INTO skep_edges VALUES ('p', 9, 'nobody')", "edge_extra", "nobody"},
      {"INSERT INTO skep_edges SELECT 'p', seq, id FROM outputs WHERE seq = 9", "edge_extra",
       "(seq 9)"},
      {"UPDATE outputs SET event_json = '{' WHERE seq = 9", "damaged_record", "(seq 9)"},
      {"UPDATE outputs SET event_json = replace(event_json, '\"body', '!body') WHERE seq = 9",
       "damaged_record", "(seq 9)"},
      {"UPDATE skep_keys SET refs_json = '[1]' WHERE key = 'key 3'", "damaged_key", "key 3"},
      {"UPDATE skep_runs SET output_count = 3 WHERE attempt = 2", "count_wrong", "t/2"},
      {"UPDATE skep_agents SET last_seq = 3 WHERE producer_agent = 'a'", "count_wrong", "agent a"},
      {"UPDATE skep_totals SET output_count = 31", "count_wrong", ""},
  };
  for (const Wrong& wrong : all) {
    {
      RawFile file(path());
      for (const auto& trigger :
           file.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")) {
        file.execute("DROP TRIGGER " + trigger.substr(0, trigger.find('|')));
      }
      // Counted anew: these changes are not about the counts.
      file.execute(wrong.sql);
      if (wrong.sql.starts_with("INSERT INTO outputs")) {
        file.execute("UPDATE skep_totals SET counted_seq = -1");
      }
    }
    // The names of the triggers have to be there for their tables to be checked.
    {
      RawFile file(path());
      for (const auto* name : {"skep_task_added", "skep_task_removed", "skep_agent_added",
                               "skep_agent_removed", "skep_output_removed", "skep_edges_added",
                               "skep_edges_removed", "skep_edges_changed"}) {
        file.execute(std::string("CREATE TRIGGER ") + name +
                     " AFTER DELETE ON outputs BEGIN SELECT 1; END");
      }
    }
    const auto report = verify();
    EXPECT_FALSE(report.sound()) << wrong.sql;
    std::size_t count = 0;
    for (const VerifyFinding& finding : report.findings) {
      const bool is_it = finding.kind.starts_with(wrong.kind) &&
                         (finding.where + finding.message).find(wrong.part) != std::string::npos;
      if (is_it) ++count;
      // A row that changed its run or its number also changes what is counted.
      EXPECT_TRUE(is_it || finding.kind == "count_wrong" || finding.kind.starts_with("edge_"))
          << wrong.sql << to_json(report);
    }
    EXPECT_GE(count, wrong.count) << wrong.sql << to_json(report);
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path().string() + suffix);
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << original;
  }
  EXPECT_TRUE(verify().sound());
}

TEST_F(FileVerifyTest, AThousandFindingsAreListedAndAllAreCounted) {
  make_file(1'500);
  RawFile(path()).execute("UPDATE outputs SET event_json = x'ff' WHERE seq > 100");
  const auto report = verify();
  EXPECT_EQ(report.finding_count, 1'400);
  EXPECT_EQ(report.findings.size(), kMaxListedFindings);
}

TEST_F(FileVerifyTest, ItTellsHowFarItIsAndCanBeEnded) {
  make_file(2'000);
  VerifyOptions options;
  std::uint64_t last = 0;
  options.on_progress = [&last](const VerifyProgress& progress) {
    if (progress.check != "records") return true;
    EXPECT_EQ(progress.total, 2'000);
    EXPECT_GE(progress.checked, last);
    last = progress.checked;
    return true;
  };
  EXPECT_TRUE(is_ok(BlockingStore::verify_sqlite_file(path(), options)));
  EXPECT_EQ(last, 2'000);
  options.on_progress = [](const VerifyProgress&) { return false; };
  EXPECT_TRUE(is_error(BlockingStore::verify_sqlite_file(path(), options), ErrorKind::kCancelled));
}

}  // namespace
}  // namespace skep::test
