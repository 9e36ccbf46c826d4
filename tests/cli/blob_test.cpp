// Files that the store keeps.
#include "cli_fixture.hpp"

#include <boost/json.hpp>

#include <fstream>

namespace skep::test {
namespace {

class BlobCommandTest : public CliTest {
 protected:
  std::string blob_path(const std::string& ref) {
    const auto record = boost::json::parse(skep({"get", ref, "--json"}).out);
    return boost::json::value_to<std::string>(record.at("event").at("content").at("path"));
  }
};

TEST_F(BlobCommandTest, AFileComesBackByteForByte) {
  const std::string bytes("\x89PNG\0\xff\n\r", 9);
  write_file("map.png", bytes);
  const auto ref = emit("painter", "", {"--file", "map.png", "--mime", "image/png"});
  EXPECT_EQ(skep({"get", ref, "--body"}).out, bytes);
  EXPECT_EQ(skep({"latest", "painter", "--body"}).out, bytes);
  const std::string path = blob_path(ref);
  EXPECT_NE(path.find("skep.db.blobs/"), std::string::npos) << path;
  EXPECT_NE(skep({"get", ref}).out.find("file " + path + " (image/png, 9 B)"), std::string::npos);
}

TEST_F(BlobCommandTest, StandardInputIsKeptToo) {
  const std::string bytes(1'000'000, 'x');
  const Ran emitted = skep({"emit", "--task", "t", "--agent", "a", "--file", "-"}, bytes);
  ASSERT_EQ(emitted.code, 0) << emitted.err;
  EXPECT_EQ(skep({"get", lines_of(emitted.out).at(0), "--body"}).out, bytes);
}

TEST_F(BlobCommandTest, ASliceOfABlob) {
  write_file("notes.txt", "one\ntwo\nthree\n");
  const auto ref = emit("a", "", {"--file", "notes.txt", "--mime", "text/plain"});
  EXPECT_EQ(skep({"slice", ref, "--lines", "2-2"}).out, "two\n");
}

TEST_F(BlobCommandTest, AFileThatIsNotThereStoresNothing) {
  const Ran missing = skep({"emit", "--task", "t", "--agent", "a", "--file", "no/such"});
  EXPECT_EQ(missing.code, 3);
  EXPECT_EQ(missing.err, "skep: there is no file no/such\n");
  const Ran directory = skep({"emit", "--task", "t", "--agent", "a", "--file", "."});
  EXPECT_EQ(directory.code, 2);
  EXPECT_EQ(directory.err, "skep: . is a directory\n");
  EXPECT_EQ(skep({"list", "--json"}).out, "");
}

TEST_F(BlobCommandTest, ADamagedBlobIsNamed) {
  write_file("map", "honey");
  const auto ref = emit("a", "", {"--file", "map"});
  const std::string path = blob_path(ref);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  std::ofstream(path) << "money";
  const Ran altered = skep({"get", ref, "--body"});
  EXPECT_EQ(altered.code, 5);
  EXPECT_NE(altered.err.find("the blob " + path + " was altered"), std::string::npos);
  std::filesystem::remove(path);
  const Ran missing = skep({"get", ref, "--body"});
  EXPECT_EQ(missing.code, 5);
  EXPECT_EQ(missing.err, "skep: the blob " + path + " is missing\n");
}

TEST_F(BlobCommandTest, WhatNoOutputNamesIsCollected) {
  write_file("map", "honey");
  const auto ref = emit("a", "", {"--file", "map"});
  const std::string path = blob_path(ref);
  execute("DELETE FROM outputs");
  EXPECT_EQ(skep({"collect"}).out, "removed 0 files, 0 B that no output names\nkept 1 file, 5 B\n");
  EXPECT_EQ(skep({"collect", "--no-grace", "--dry-run"}).out,
            "would remove 1 file, 5 B that no output names\nkept 0 files, 0 B\n");
  EXPECT_TRUE(std::filesystem::exists(path));
  const Ran ran = skep({"collect", "--no-grace", "--json"});
  EXPECT_EQ(boost::json::parse(ran.out).at("removed_bytes"), 5);
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace skep::test
