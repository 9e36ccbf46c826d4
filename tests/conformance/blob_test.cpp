// Contents that are files of the store's own.
#include "support/store_test.hpp"
#include "support/text_source.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

namespace skep::test {
namespace {

namespace fs = std::filesystem;

AppendRequest blob_request(std::optional<std::string> media_type = std::nullopt,
                           std::string agent = "a") {
  return {"t", 1, std::move(agent), Final(FileRef("", std::move(media_type)), true)};
}

std::string random_bytes(std::size_t size) {
  std::mt19937_64 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::string file_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class BlobTest : public StoreTest {
 protected:
  OutputRef store_blob(const std::string& bytes,
                       std::optional<std::string> media_type = std::nullopt) {
    auto appending =
        store().append_blob(blob_request(std::move(media_type)), source_of(bytes, 7'777));
    auto ref = run(std::move(appending));
    EXPECT_TRUE(is_ok(ref));
    return ref.value_or(OutputRef());
  }

  fs::path path_of(const OutputRef& ref) {
    const OutputRecord record = get(ref);
    return std::get<FileRef>(*content_of(record.event)).path;
  }

  Result<std::shared_ptr<BlobReader>> open_blob(const OutputRef& ref) {
    return run(store().open_blob(ref));
  }

  std::string read_all(const OutputRef& ref) {
    const auto blob = open_blob(ref);
    EXPECT_TRUE(is_ok(blob));
    std::string bytes;
    while (blob) {
      const auto piece = run((*blob)->read(bytes.size()));
      EXPECT_TRUE(is_ok(piece));
      if (!piece || piece->empty()) break;
      EXPECT_LE(piece->size(), kBlobPieceBytes);
      bytes += *piece;
    }
    return bytes;
  }

  void alter(const OutputRef& ref, const std::string& bytes) {
    const fs::path path = path_of(ref);
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::ofstream(path, std::ios::binary) << bytes;
  }

  BlobCollection collect(std::chrono::milliseconds grace, bool dry_run = false) {
    BlobCollectQuery query;
    query.grace = grace;
    query.dry_run = dry_run;
    const auto collection = run(store().collect_blobs(query));
    EXPECT_TRUE(is_ok(collection));
    return collection.value_or(BlobCollection());
  }
};
SKEP_INSTANTIATE(BlobTest, backends());

TEST_P(BlobTest, WhatWasStoredComesBack) {
  for (const std::size_t size : {0UL, 1UL, 7'777UL, 1'000'000UL}) {
    const std::string bytes = random_bytes(size);
    const OutputRef ref = store_blob(bytes, "image/png");
    EXPECT_EQ(read_all(ref), bytes) << size;
    const auto blob = open_blob(ref);
    ASSERT_TRUE(is_ok(blob));
    EXPECT_EQ((*blob)->info().size_bytes, size);
    EXPECT_EQ((*blob)->info().media_type, "image/png");
    EXPECT_EQ((*blob)->info().sha256.size(), 64U);
  }
}

TEST_P(BlobTest, APartIsReadFromAnywhere) {
  const std::string bytes = random_bytes(600'000);
  const auto blob = open_blob(store_blob(bytes));
  ASSERT_TRUE(is_ok(blob));
  EXPECT_EQ(run((*blob)->read(599'990, 100)).value(), bytes.substr(599'990));
  EXPECT_EQ(run((*blob)->read(1'000, 5)).value(), bytes.substr(1'000, 5));
  EXPECT_EQ(run((*blob)->read(0)).value(), bytes.substr(0, kBlobPieceBytes));
  EXPECT_EQ(run((*blob)->read(600'000)).value(), "");
  EXPECT_EQ(run((*blob)->read(~std::uint64_t{0})).value(), "");
}

TEST_P(BlobTest, TheRecordNamesAFileThatOthersCanOpen) {
  const OutputRef ref = store_blob("bees", "text/plain");
  const OutputRecord record = get(ref);
  const auto& file = std::get<FileRef>(*content_of(record.event));
  EXPECT_EQ(file.mime, "text/plain");
  EXPECT_EQ(file.size_hint, 4U);
  EXPECT_TRUE(fs::path(file.path).is_absolute());
  EXPECT_EQ(file_bytes(file.path), "bees");
  // sha256sum says so
  EXPECT_EQ(fs::path(file.path).filename(),
            "23da0d3b0b5aa5ee43ba33f15f971ee4cf32afd1b27ad901863346ba9dd06966");
}

TEST_P(BlobTest, EachEventThatHasAContentCanHaveABlob) {
  const std::vector<OutputEvent> events = {Partial(FileRef("")), Artifact("map", FileRef("")),
                                           Final(FileRef(""), false)};
  for (const OutputEvent& event : events) {
    AppendRequest request("t", 2, "b", event, {OutputRef("out-0000000001")});
    auto appending = store().append_blob(request, source_of("bytes"));
    const auto ref = run(std::move(appending));
    ASSERT_TRUE(is_ok(ref));
    const OutputRecord record = get(*ref);
    EXPECT_EQ(record.task_id, "t");
    EXPECT_EQ(record.attempt, 2U);
    EXPECT_EQ(record.producer_agent, "b");
    EXPECT_EQ(record.parent_refs, request.parent_refs);
    EXPECT_EQ(type_of(record.event), type_of(event));
    EXPECT_EQ(read_all(*ref), "bytes");
  }
  const OutputRecord artifact = walk(ListQuery())[1];
  EXPECT_EQ(std::get<Artifact>(artifact.event).name, "map");
  EXPECT_FALSE(std::get<Final>(walk(ListQuery())[2].event).ok);
}

TEST_P(BlobTest, EqualBytesAreOneFile) {
  const OutputRef first = store_blob("honey");
  const OutputRef second = store_blob("honey", "text/plain");
  EXPECT_NE(first, second);
  EXPECT_EQ(path_of(first), path_of(second));
  EXPECT_EQ(collect(std::chrono::hours(1)).kept_count, 1U);
}

TEST_P(BlobTest, OneThatWasAlteredIsMadeWholeByStoringItAgain) {
  const OutputRef first = store_blob("honey");
  alter(first, "money");
  EXPECT_TRUE(is_error(open_blob(first), ErrorKind::kBlobAltered, path_of(first).string()));
  (void)store_blob("honey");
  EXPECT_EQ(read_all(first), "honey");
}

TEST_P(BlobTest, AMissingBlobIsNamed) {
  const OutputRef ref = store_blob("honey");
  EXPECT_EQ(read_all(ref), "honey");
  fs::remove(path_of(ref));
  EXPECT_TRUE(is_error(open_blob(ref), ErrorKind::kBlobMissing, path_of(ref).string()));
  EXPECT_TRUE(is_error(run(store().slice(ref)), ErrorKind::kBlobMissing, path_of(ref).string()));
}

TEST_P(BlobTest, AnAlteredBlobIsNamed) {
  const OutputRef ref = store_blob("honey", "text/plain");
  EXPECT_EQ(read_all(ref), "honey");
  for (const std::string other : {"money", "hon", "honeycomb", ""}) {
    alter(ref, other);
    EXPECT_TRUE(is_error(open_blob(ref), ErrorKind::kBlobAltered, path_of(ref).string())) << other;
    EXPECT_TRUE(is_error(run(store().slice(ref)), ErrorKind::kBlobAltered)) << other;
  }
  fs::remove(path_of(ref));
  fs::create_symlink("/etc/hostname", path_of(ref));
  EXPECT_TRUE(is_error(open_blob(ref), ErrorKind::kBlobAltered, "link"));
}

TEST_P(BlobTest, ASliceOfABlobIsCutFromIt) {
  std::string lines;
  for (int i = 1; i <= 100'000; ++i) lines += "line " + std::to_string(i) + "\n";
  const OutputRef ref = store_blob(lines, "text/plain; charset=utf-8");
  const auto slice = run(store().slice(ref, SliceQuery(LineRange{99'999, 100'000})));
  ASSERT_TRUE(is_ok(slice));
  EXPECT_EQ(slice->id, ref);
  EXPECT_EQ(slice->text, "line 99999\nline 100000\n");
  EXPECT_EQ(slice->total_bytes, lines.size());
  EXPECT_EQ(slice->media_type, "text/plain; charset=utf-8");
  const auto found = run(store().slice(ref, SliceQuery(Grep("77777$"))));
  ASSERT_TRUE(is_ok(found));
  ASSERT_EQ(found->matches.size(), 1U);
  EXPECT_EQ(found->matches[0].line, 77'777U);
}

TEST_P(BlobTest, APointerLeadsIntoABlobOfJson) {
  SliceQuery query;
  query.pointer = "/list/1";
  const auto slice =
      run(store().slice(store_blob(R"({"list": [1, "two"]})", "application/json"), query));
  ASSERT_TRUE(is_ok(slice));
  EXPECT_EQ(slice->text, "two");
  EXPECT_TRUE(is_error(run(store().slice(store_blob("[1]", "text/plain"), query)),
                       ErrorKind::kInvalidArgument));
}

TEST_P(BlobTest, AFileThatSomebodyNamesIsNeverOpened) {
  const OutputRef blob = store_blob("secret");
  AppendRequest request = blob_request();
  for (const auto& path : {std::string("/etc/hostname"), path_of(blob).string()}) {
    request.event = Final(FileRef(path), true);
    const OutputRef ref = append(request);
    EXPECT_TRUE(is_error(open_blob(ref), ErrorKind::kNotFound, path));
    EXPECT_TRUE(is_error(run(store().slice(ref)), ErrorKind::kNotFound, path));
  }
  EXPECT_TRUE(is_error(open_blob(OutputRef("out-0000000000")), ErrorKind::kNotFound));
  EXPECT_TRUE(is_error(open_blob(append(test::request("t", 1, "a", "1"))), ErrorKind::kNotFound));
}

TEST_P(BlobTest, WhatIsNoBlobIsRefused) {
  const auto refused = [this](AppendRequest request, std::string_view part) {
    auto appending = store().append_blob(std::move(request), source_of("x"));
    return is_error(run(std::move(appending)), ErrorKind::kInvalidArgument, part);
  };
  EXPECT_TRUE(refused(test::request("t", 1, "a"), "file_ref"));
  AppendRequest request = blob_request();
  request.event = Final(FileRef("/etc/hostname"), true);
  EXPECT_TRUE(refused(request, "empty path"));
  request.event = Progress("stage");
  EXPECT_TRUE(refused(request, "file_ref"));
  for (const std::string type :
       {"text", "/x", "x/", "", "text/plain\r\nX: y", "text/pl\xc3\xa4in"}) {
    EXPECT_TRUE(refused(blob_request(type), "media type")) << type;
  }
  EXPECT_TRUE(refused(blob_request("t/" + std::string(254, 'x')), "media type"));
  EXPECT_TRUE(all().empty());
}

TEST_P(BlobTest, ASourceThatFailsLeavesNothing) {
  const auto source = source_of(random_bytes(500'000));
  source->fail_with(Error(ErrorKind::kIo, "the bees have flown"));
  auto appending = store().append_blob(blob_request(), source);
  EXPECT_TRUE(is_error(run(std::move(appending)), ErrorKind::kIo, "flown"));
  EXPECT_TRUE(all().empty());
  // A server sees a moment later that its client is gone.
  BlobCollection left;
  for (int tries = 0; tries < 200; ++tries) {
    left = collect(std::chrono::milliseconds(0), true);
    if (left == BlobCollection()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(left, BlobCollection());
}

TEST_P(BlobTest, AnIdempotencyKeyHoldsForItsBytes) {
  const auto append_with_key = [this](const std::string& bytes) {
    auto appending = store().append_blob(blob_request(), source_of(bytes), AppendOptions("key-1"));
    return run(std::move(appending));
  };
  const auto first = append_with_key("honey");
  ASSERT_TRUE(is_ok(first));
  const auto again = append_with_key("honey");
  ASSERT_TRUE(is_ok(again));
  EXPECT_EQ(*again, *first);
  EXPECT_TRUE(is_error(append_with_key("money"), ErrorKind::kKeyReused));
  EXPECT_EQ(all().size(), 1U);
}

TEST_P(BlobTest, WhatNoRecordNamesIsCollected) {
  const OutputRef kept = store_blob("honey");
  // A key that was used for something else leaves a blob without a record.
  auto first = store().append_blob(blob_request(), source_of("wax"), AppendOptions("key-2"));
  ASSERT_TRUE(is_ok(run(std::move(first))));
  auto second = store().append_blob(blob_request(), source_of("pollen"), AppendOptions("key-2"));
  EXPECT_FALSE(run(std::move(second)));

  EXPECT_EQ(collect(std::chrono::hours(1)).removed_count, 0U) << "it is too young";
  const auto counted = collect(std::chrono::milliseconds(0), true);
  EXPECT_EQ(counted.removed_count, 1U);
  EXPECT_EQ(counted.removed_bytes, 6U);
  EXPECT_EQ(counted.kept_count, 2U);
  EXPECT_EQ(collect(std::chrono::milliseconds(0)), counted) << "a dry run removes nothing";
  EXPECT_EQ(collect(std::chrono::milliseconds(0)).removed_count, 0U);
  EXPECT_EQ(read_all(kept), "honey");

  const fs::path unfinished = path_of(kept).parent_path().parent_path() / "unfinished" / "left";
  std::ofstream(unfinished) << "a crash left this";
  EXPECT_EQ(collect(std::chrono::hours(1)).unfinished_count, 0U) << "it may be under way";
  EXPECT_EQ(collect(std::chrono::milliseconds(0)).unfinished_count, 1U);
  EXPECT_FALSE(fs::exists(unfinished));
}

TEST_P(BlobTest, ANegativeGraceIsRefused) {
  BlobCollectQuery query;
  for (const auto grace : {std::chrono::milliseconds(-1), std::chrono::milliseconds::max()}) {
    query.grace = grace;
    EXPECT_TRUE(is_error(run(store().collect_blobs(query)), ErrorKind::kInvalidArgument, "grace"));
  }
}

TEST_P(BlobTest, CollectingBesideAppendsLosesNothing) {
  std::atomic<bool> done = false;
  std::thread collector([&] {
    while (!done) (void)collect(std::chrono::milliseconds(0));
  });
  std::vector<std::pair<OutputRef, std::string>> stored;
  for (int i = 0; i < 60; ++i) {
    const std::string bytes = "bytes " + std::to_string(i % 7);
    auto appending = store().append_blob(blob_request(), source_of(bytes));
    const auto ref = run(std::move(appending));
    // With a grace of nothing a blob may go before its record comes: then there is no record.
    if (ref) {
      stored.emplace_back(*ref, bytes);
    } else {
      EXPECT_TRUE(is_error(ref, ErrorKind::kIo));
    }
  }
  done = true;
  collector.join();
  EXPECT_EQ(all().size(), stored.size());
  for (const auto& [ref, bytes] : stored) EXPECT_EQ(read_all(ref), bytes);
}

class DurableBlobTest : public BlobTest {};
SKEP_INSTANTIATE(DurableBlobTest, durable_backends());

TEST_P(DurableBlobTest, ABlobIsThereAfterReopening) {
  const OutputRef ref = store_blob("honey", "text/plain");
  open();
  EXPECT_EQ(read_all(ref), "honey");
  EXPECT_EQ(collect(std::chrono::milliseconds(0)).kept_count, 1U);
}

TEST_P(BlobTest, AnImportedRecordHasTheBlobThatItNamesOnlyIfToldSo) {
  const OutputRef ref = store_blob("honey", "text/plain");
  OutputRecord copy = get(ref);
  copy.id = OutputRef("out-00000000aa");
  ASSERT_TRUE(is_ok(run(store().import_records({copy}))));
  EXPECT_TRUE(is_error(open_blob(copy.id), ErrorKind::kNotFound)) << "anybody can emit a path";
  ImportOptions options;
  options.adopt_blobs = true;
  const auto again = run(store().import_records({copy}, options));
  ASSERT_TRUE(is_ok(again));
  EXPECT_EQ(again->present_count, 1);
  EXPECT_EQ(read_all(copy.id), "honey");
}

TEST_P(BlobTest, ARecordThatAnImportBringsTwiceHasItsBlobOnce) {
  OutputRecord copy = get(store_blob("honey", "text/plain"));
  copy.id = OutputRef("out-00000000aa");
  ImportOptions options;
  options.adopt_blobs = true;
  ASSERT_TRUE(is_ok(run(store().import_records({copy, copy}, options))));
  // What is newest in the store stays.
  ASSERT_TRUE(is_ok(run(store().append(AppendRequest("u", 1, "b", Progress("done"))))));
  PruneQuery query;
  query.task_id = "t";
  query.remove_newest = true;
  query.dry_run = false;
  EXPECT_EQ(run(store().prune(query)).value().record_count, 2U);
  EXPECT_EQ(collect(std::chrono::milliseconds(0)).removed_count, 1U);
}

TEST_P(BlobTest, AMediaTypeThatAHeaderCannotHoldIsNotGivenOut) {
  const OutputRef ref = store_blob("honey");
  OutputRecord copy = get(ref);
  copy.id = OutputRef("out-00000000aa");
  std::get<FileRef>(*content_of(copy.event)).mime = "text/html\r\nSet-Cookie: a=b";
  ImportOptions options;
  options.adopt_blobs = true;
  ASSERT_TRUE(is_ok(run(store().import_records({copy}, options))));
  const auto blob = open_blob(copy.id);
  ASSERT_TRUE(is_ok(blob));
  EXPECT_EQ((*blob)->info().media_type, "application/octet-stream");
}

}  // namespace
}  // namespace skep::test
