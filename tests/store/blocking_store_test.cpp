#include "support/expect.hpp"
#include "support/temp_dir.hpp"

#include <skep/blocking_store.hpp>
#include <skep/memory_store.hpp>

#include <stdexcept>

namespace skep::test {
namespace {

TEST(BlockingStoreTest, EveryOperation) {
  BlockingStore store(make_memory_store());
  const auto ref = store.append(request("t", 1, "a"));
  ASSERT_TRUE(is_ok(ref));
  EXPECT_EQ(store.get(*ref)->id, *ref);
  EXPECT_EQ(store.get_latest_by_name("a")->id, *ref);
  EXPECT_EQ(store.get_latest_by_name_in_run("t", 1, "a")->id, *ref);
  EXPECT_EQ(store.append_all({request("t", 1, "b"), request("u", 1, "b")})->size(), 2);
  EXPECT_EQ(store.import_records({record("r", request("t", 1, "c"))})->added_count, 1);
  EXPECT_EQ(store.list_for_attempt("t", 1)->records.size(), 3);
  EXPECT_EQ(store.list(ListQuery())->listing.records.size(), 4);
  EXPECT_EQ(store.tasks()->size(), 2);
  EXPECT_EQ(store.agents()->size(), 3);
  EXPECT_EQ(store.ancestors(*ref)->nodes.size(), 1);
  EXPECT_EQ(store.descendants(*ref)->nodes.size(), 1);
  EXPECT_EQ(store.stats()->output_count, 4);
  ASSERT_TRUE(is_ok(store.close()));
  EXPECT_TRUE(is_error(store.get(*ref), ErrorKind::kClosed));
}

TEST(BlockingStoreTest, GivesErrorsAsTheyAre) {
  BlockingStore store(make_memory_store());
  EXPECT_TRUE(is_error(store.get(OutputRef("x")), ErrorKind::kNotFound, "output not found: x"));
  EXPECT_TRUE(is_error(store.append(request("\xff", 1, "a")), ErrorKind::kInvalidArgument));
}

TEST(BlockingStoreTest, MovesItsStore) {
  BlockingStore first(make_memory_store());
  const auto ref = first.append(request("t", 1, "a"));
  BlockingStore second(std::move(first));
  EXPECT_TRUE(is_ok(second.get(*ref)));
  first = std::move(second);
  EXPECT_TRUE(is_ok(first.get(*ref)));
}

TEST(BlockingStoreTest, OpensAFile) {
  const TempDir directory;
  const auto path = directory.path() / "outputs.db";
  OutputRef ref;
  {
    auto store = BlockingStore::open_sqlite(path);
    ASSERT_TRUE(is_ok(store));
    ref = store->append(request("t", 1, "a")).value();
  }
  auto store = BlockingStore::open_sqlite(path);
  ASSERT_TRUE(is_ok(store));
  EXPECT_EQ(store->get(ref)->producer_agent, "a");

  SqliteStoreOptions options;
  options.create_if_missing = false;
  const auto missing = BlockingStore::open_sqlite(directory.path() / "no.db", options);
  EXPECT_TRUE(is_error(missing, ErrorKind::kNotFound, "no.db"));
}

// A store that fails as no store should.
class ThrowingStore final : public OutputStore {
 public:
  ThrowingStore() : OutputStore(kDefaultMaxBodyBytes) {}

 private:
  template <class T>
  static Awaitable<T> failing() {
    throw std::runtime_error("a bug");
    co_return Result<T>();
  }

  Awaitable<OutputRef> do_append(AppendRequest, CallOptions) override {
    return failing<OutputRef>();
  }
  Awaitable<std::vector<OutputRef>> do_append_all(std::vector<AppendRequest>,
                                                  AppendOptions) override {
    return failing<std::vector<OutputRef>>();
  }
  Awaitable<OutputRef> do_append_blob(AppendRequest, std::shared_ptr<BlobSource>,
                                      AppendOptions) override {
    return failing<OutputRef>();
  }
  Awaitable<BlobInfo> do_put_blob(std::shared_ptr<BlobSource>, CallOptions) override {
    return failing<BlobInfo>();
  }
  Awaitable<std::shared_ptr<BlobReader>> do_open_blob(OutputRef, CallOptions) override {
    return failing<std::shared_ptr<BlobReader>>();
  }
  Awaitable<BlobCollection> do_collect_blobs(BlobCollectQuery, CallOptions) override {
    return failing<BlobCollection>();
  }
  Awaitable<ImportResult> do_import_records(std::vector<OutputRecord>, ImportOptions) override {
    return failing<ImportResult>();
  }
  Awaitable<OutputRecord> do_get(OutputRef, CallOptions) override {
    return failing<OutputRecord>();
  }
  Awaitable<OutputRecord> do_get_latest_by_name(std::string, CallOptions) override {
    return failing<OutputRecord>();
  }
  Awaitable<OutputRecord> do_get_latest_by_name_in_run(std::string, std::uint32_t, std::string,
                                                       CallOptions) override {
    return failing<OutputRecord>();
  }
  Awaitable<Page> do_list(ListQuery, CallOptions) override { return failing<Page>(); }
  Awaitable<Page> do_tail(ListQuery, CallOptions) override { return failing<Page>(); }
  Awaitable<std::vector<RunSummary>> do_runs(RunQuery, CallOptions) override {
    return failing<std::vector<RunSummary>>();
  }
  Awaitable<std::vector<TaskSummary>> do_tasks(NameQuery, CallOptions) override {
    return failing<std::vector<TaskSummary>>();
  }
  Awaitable<std::vector<AgentSummary>> do_agents(NameQuery, CallOptions) override {
    return failing<std::vector<AgentSummary>>();
  }
  Awaitable<Lineage> do_lineage(OutputRef, LineageDirection, LineageQuery, CallOptions) override {
    return failing<Lineage>();
  }
  Awaitable<StoreStats> do_stats(CallOptions) override { return failing<StoreStats>(); }
  Awaitable<SearchPage> do_search(SearchQuery, CallOptions) override {
    return failing<SearchPage>();
  }
  Awaitable<Slice> do_slice(OutputRef, SliceQuery, CallOptions) override {
    return failing<Slice>();
  }
  Awaitable<PruneReport> do_prune(PruneQuery, PruneOptions) override {
    return failing<PruneReport>();
  }
  Awaitable<BackupReport> do_backup(std::filesystem::path, BackupOptions) override {
    return failing<BackupReport>();
  }
  Awaitable<VerifyReport> do_verify(VerifyOptions) override { return failing<VerifyReport>(); }
  [[nodiscard]] StoreActivity do_activity() const noexcept override { return {}; }
  Awaitable<void> do_close() override { return failing<void>(); }
};

TEST(BlockingStoreTest, AnExceptionIsAnInternalError) {
  BlockingStore store(std::make_unique<ThrowingStore>());
  const auto ref = store.append(request("t", 1, "a"));
  ASSERT_FALSE(ref.has_value());
  EXPECT_EQ(ref.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(ref.error().outcome, Outcome::kInDoubt);
  EXPECT_NE(ref.error().message.find("a bug"), std::string::npos);
  EXPECT_EQ(store.close().error().kind, ErrorKind::kInternal);
  EXPECT_EQ(store.list_for_attempt("t", 1).error().kind, ErrorKind::kInternal);
}

}  // namespace
}  // namespace skep::test
