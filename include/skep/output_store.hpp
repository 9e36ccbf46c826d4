// The contract of Skep: what every back end promises.
#pragma once

#include <skep/awaitable.hpp>
#include <skep/backup.hpp>
#include <skep/blob.hpp>
#include <skep/call_options.hpp>
#include <skep/limits.hpp>
#include <skep/lineage.hpp>
#include <skep/listing.hpp>
#include <skep/output_record.hpp>
#include <skep/prune.hpp>
#include <skep/search.hpp>
#include <skep/slice.hpp>
#include <skep/summaries.hpp>
#include <skep/verify.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace skep {

/// One output to be appended.
struct AppendRequest {
  std::string task_id;
  std::uint32_t attempt = 0;
  std::string producer_agent;
  OutputEvent event;
  std::vector<OutputRef> parent_refs;

  AppendRequest() = default;
  AppendRequest(std::string task, std::uint32_t attempt_number, std::string producer,
                OutputEvent output_event, std::vector<OutputRef> parents = {})
      : task_id(std::move(task)),
        attempt(attempt_number),
        producer_agent(std::move(producer)),
        event(std::move(output_event)),
        parent_refs(std::move(parents)) {}
};

/// What `import_records` did.
struct ImportResult {
  std::uint64_t added_count = 0;
  std::uint64_t present_count = 0;  ///< Were there already, equal.
};

/// An output store. Every back end keeps these promises:
///
/// - An acknowledged append is never lost: the record is durable before the operation completes.
/// - `seq` is strictly increasing in commit order: a reader that has seen `seq = n` will never
///   later see a new record with `seq < n`.
/// - Read your writes: a record is visible to every read that starts after its append completed,
///   from any thread, connection or process.
/// - A request that fails writes nothing, unless its error's outcome is `kInDoubt`.
///
/// Thread-safety: all operations may be started from any thread at any time. Each runs on the
/// executor of the coroutine that awaits it, and never blocks it.
///
/// Completion: operations that end together may resume their coroutines one after another, on one
/// thread of their executor; one that blocks there holds up those behind it.
///
/// Lifetime: the store must outlive every operation started on it. An `io_context` whose operations
/// have ended may be destroyed before the store, but not one with strands that awaited them.
/// Destroying the store drains what it has accepted and blocks until its threads end; `close` does
/// the same without blocking.
///
/// Cancellation: operations support terminal, partial and total cancellation. A read that is
/// cancelled ends with `kCancelled`. An append that still waits for its commit is taken back
/// (`kNotApplied`); one that is being committed is not undone by it (`kInDoubt`). A timeout is the
/// same with `kTimedOut`.
///
/// Errors that every operation can give: `kCancelled`, `kTimedOut`, `kClosed`, `kBusy`,
/// `kQueueFull`, `kInternal`. Further ones are named at each.
class OutputStore {
 public:
  OutputStore(const OutputStore&) = delete;
  OutputStore& operator=(const OutputStore&) = delete;
  virtual ~OutputStore() = default;

  /// Appends one output and returns the ref allocated to it, once it is durable.
  /// Errors: `kInvalidArgument` (a text that is not UTF-8, a value that `JsonText::parse` would
  /// refuse, an idempotency key that is empty), `kTooLarge` (see limits.hpp, and
  /// `max_body_bytes`), `kKeyReused`.
  [[nodiscard]] Awaitable<OutputRef> append(AppendRequest request, AppendOptions options = {});

  /// Appends all of `requests` in their order, or none. Refs come back in the same order; no other
  /// record gets a `seq` between theirs. An empty batch gives no refs.
  /// Errors: as `append`, naming the index; `kTooLarge` over `kMaxBatchCount`.
  [[nodiscard]] Awaitable<std::vector<OutputRef>> append_all(std::vector<AppendRequest> requests,
                                                             AppendOptions options = {});

  /// Appends an output whose content is the bytes that `source` gives, stored once however often
  /// they come, in a file that is durable before the record is. The content of `request.event` is a
  /// `FileRef` without a path, perhaps with a media type; the record's then has the path of that
  /// file, which other programs can open, and its size. See docs/format.md for where blobs lie.
  /// Errors: as `append`; `kInvalidArgument` for another content, `kTooLarge` over the store's
  /// `max_blob_bytes`, `kIo`, the source's. A timeout does not end a read of the source.
  [[nodiscard]] Awaitable<OutputRef> append_blob(AppendRequest request,
                                                 std::shared_ptr<BlobSource> source,
                                                 AppendOptions options = {});

  /// Stores the bytes that `source` gives as a blob that no record names yet, for a record which
  /// `import_records` is to bring within `kDefaultBlobGrace`. What is there already is not stored
  /// again. Errors: `kTooLarge` over the store's `max_blob_bytes`, `kIo`, the source's. A timeout
  /// does not end a read of the source.
  [[nodiscard]] Awaitable<BlobInfo> put_blob(std::shared_ptr<BlobSource> source,
                                             CallOptions options = {});

  /// The blob of an output, once all of it was read and its hash found right; of a file that did
  /// not change since, this costs nothing. Errors: `kNotFound` for an unknown ref, or one whose
  /// content is no blob of this store; `kBlobMissing`, `kBlobAltered`, `kIo`, `kCorrupt`.
  [[nodiscard]] Awaitable<std::shared_ptr<BlobReader>> open_blob(OutputRef ref,
                                                                 CallOptions options = {});

  /// Removes the blobs that no record names, and uploads that never ended, all of them older than
  /// `query.grace`. Safe beside appends, of other processes too; they wait for 64 files at most.
  /// Errors: `kInvalidArgument` for a grace that is negative or over `kMaxBlobGrace`, `kIo`.
  [[nodiscard]] Awaitable<BlobCollection> collect_blobs(BlobCollectQuery query = {},
                                                        CallOptions options = {});

  /// Stores records under the ids they bring, all or none, in their order; each gets a `seq` of
  /// this store and keeps its `created_at`. One that is there already, equal, is left alone. One
  /// that gets a blob (see `ImportOptions`) has its path then; where a blob lies makes no
  /// difference between two records.
  /// Errors: as `append_all`; `kConflict` if a record with that id differs; `kInvalidArgument` if
  /// an id is empty or a `created_at` lies outside the years 0000 to 9999.
  [[nodiscard]] Awaitable<ImportResult> import_records(std::vector<OutputRecord> records,
                                                       ImportOptions options = {});

  /// The record with that ref. Errors: `kNotFound`, `kCorrupt`.
  [[nodiscard]] Awaitable<OutputRecord> get(OutputRef ref, CallOptions options = {});

  /// The newest record (greatest `seq`) of that producer over all runs.
  /// Errors: `kNotFound`, `kCorrupt`.
  [[nodiscard]] Awaitable<OutputRecord> get_latest_by_name(std::string name,
                                                           CallOptions options = {});

  /// The newest record of that producer within one run; other runs are invisible.
  /// Errors: `kNotFound`, `kCorrupt`.
  [[nodiscard]] Awaitable<OutputRecord> get_latest_by_name_in_run(std::string task_id,
                                                                  std::uint32_t attempt,
                                                                  std::string name,
                                                                  CallOptions options = {});

  /// Every record of the run in insertion order; none for an unknown run. It is read a page at a
  /// time and held in memory whole: prefer `list` where runs can be large.
  [[nodiscard]] Awaitable<Listing> list_for_attempt(std::string task_id, std::uint32_t attempt,
                                                    CallOptions options = {});

  /// One page of the records that match, in `seq` order; it ends early at `kMaxPageBytes`
  /// of bodies and parent refs.
  /// Errors: `kInvalidArgument` for a limit out of range, or an attempt without a task.
  [[nodiscard]] Awaitable<Page> list(ListQuery query, CallOptions options = {});

  /// As `list`, but waits until a row after `after_seq` matches; the page's `next_after_seq` is
  /// always set, and is where to go on. Whoever does so sees every record once, those that other
  /// processes commit too (SQLite: within about 50 ms). Errors: as `list`; `kTimedOut` if nothing
  /// came in time; if others passed by meanwhile that do not match, an empty page instead.
  [[nodiscard]] Awaitable<Page> tail(ListQuery query, CallOptions options = {});

  /// A page of tasks, ordered by the bytes of `task_id`. Errors: `kInvalidArgument` for the limit.
  [[nodiscard]] Awaitable<std::vector<TaskSummary>> tasks(NameQuery query = {},
                                                          CallOptions options = {});

  /// A page of runs. Errors: as `tasks`.
  [[nodiscard]] Awaitable<std::vector<RunSummary>> runs(RunQuery query = {},
                                                        CallOptions options = {});

  /// A page of producers, ordered by the bytes of `producer_agent`. Errors: as `tasks`.
  [[nodiscard]] Awaitable<std::vector<AgentSummary>> agents(NameQuery query = {},
                                                            CallOptions options = {});

  /// What the record was derived from, and that from, breadth first, with parents that are missing.
  /// The time it takes follows what it gives, in any store; it is no snapshot: a record that is
  /// committed meanwhile may be there. Errors: `kNotFound` if no record has that ref;
  /// `kInvalidArgument` for a limit out of range, or an attempt without a task.
  [[nodiscard]] Awaitable<Lineage> ancestors(OutputRef ref, LineageQuery query = {},
                                             CallOptions options = {});

  /// What was derived from the record, and from that. A ref that no record has, but some name as
  /// their parent, is a root too. Errors: as `ancestors`.
  [[nodiscard]] Awaitable<Lineage> descendants(OutputRef ref, LineageQuery query = {},
                                               CallOptions options = {});

  /// Counts and sizes. As `tasks`, `runs` and `agents`, it first has to count what was appended
  /// since anybody asked (SQLite: some microseconds each), and then costs the same in any store.
  [[nodiscard]] Awaitable<StoreStats> stats(CallOptions options = {});

  /// The part of an output's content that `query` selects, in at most as many characters as its
  /// budget, and how to read on. It costs memory for the record and the part (SQLite: on a reader's
  /// thread; in memory: on the caller's, a millisecond for each MiB or so).
  /// Of a blob only what is needed is held in memory. Errors: as `open_blob`; `kNotFound` for an
  /// unknown ref, or one without a body in the store (a progress event, a file that is no blob);
  /// `kInvalidArgument` for a malformed query, and for one that does not fit the content:
  /// a line or byte beyond its end, a JSON Pointer that leads nowhere (the message says what is
  /// there instead); `kTooLarge` (see slice.hpp); `kCorrupt`.
  [[nodiscard]] Awaitable<Slice> slice(OutputRef ref, SliceQuery query = {},
                                       CallOptions options = {});

  /// Looks at all that is stored, and writes nothing: SQLite's own check of the file, and whether
  /// every record can be read, `seq` increases, and edges and counts agree with the records. What
  /// is damaged is a finding, not an error. It goes on beside appends and reads, and takes about as
  /// long as reading the file twice. Errors: `kCancelled` if `on_progress` says so; `kBusy` if a
  /// server is at it for somebody else.
  [[nodiscard]] Awaitable<VerifyReport> verify(VerifyOptions options = {});

  /// Copies all that is stored, as of one moment, to a new SQLite file at `path` that appears
  /// whole, checked and durable, or not at all. Appends go on meanwhile, but those of a SQLite
  /// store in memory, which wait. Of a store in memory, records are numbered anew if some were
  /// removed. Errors: `kConflict` if there is a file and it may not be replaced; `kInvalidArgument`
  /// for a path that is none; `kCancelled` if `on_progress` says so; `kCorrupt` if the copy turns
  /// out damaged; `kBusy` if a server is at it for somebody else; `kIo`.
  [[nodiscard]] Awaitable<BackupReport> backup(std::filesystem::path path,
                                               BackupOptions options = {});

  /// The outputs in which the words are, the best first; those whose append completed before it
  /// began among them. SQLite has to be told to keep an index (`SqliteStoreOptions::search`) and
  /// first indexes what was appended since anybody searched, some 0.1 ms for each KiB of text;
  /// the time it then takes follows how many outputs have the words. In memory all texts are read.
  /// Errors: `kNotEnabled`; `kInvalidArgument` for malformed words, a number out of range, an
  /// attempt without a task; `kTooLarge` over `kMaxSearchWordBytes` or `kMaxSearchTerms`.
  [[nodiscard]] Awaitable<SearchPage> search(SearchQuery query, CallOptions options = {});

  /// Removes what `query` tells, or tells what that would be. It goes on beside appends, a few
  /// records a transaction; one that gets a child meanwhile stays. Refs of removed records, and
  /// idempotency keys under which they were stored, lead nowhere: such a request is not stored
  /// again. A SQLite file that Skep made gives the space back, a little at a time. Errors:
  /// `kInvalidArgument` for a query without a criterion, or one out of range; `kBusy` if a server
  /// is at it for somebody else. One that ends early has removed some, and is `kInDoubt`.
  [[nodiscard]] Awaitable<PruneReport> prune(PruneQuery query, PruneOptions options = {});

  /// The largest event that it takes, as JSON text.
  [[nodiscard]] std::size_t max_body_bytes() const noexcept { return max_body_bytes_; }

  /// Costs some nanoseconds, at any time.
  [[nodiscard]] StoreActivity activity() const noexcept { return do_activity(); }

  /// Refuses new operations, completes those accepted, and closes the store. Idempotent.
  [[nodiscard]] Awaitable<void> close();

 protected:
  explicit OutputStore(std::size_t max_body_bytes) : max_body_bytes_(max_body_bytes) {}

 private:
  // What a back end implements. Arguments are valid and within the limits. An append with an
  // idempotency key is a batch of one.
  virtual Awaitable<OutputRef> do_append(AppendRequest request, CallOptions options) = 0;
  virtual Awaitable<std::vector<OutputRef>> do_append_all(std::vector<AppendRequest> requests,
                                                          AppendOptions options) = 0;
  virtual Awaitable<OutputRef> do_append_blob(AppendRequest request,
                                              std::shared_ptr<BlobSource> source,
                                              AppendOptions options) = 0;
  virtual Awaitable<BlobInfo> do_put_blob(std::shared_ptr<BlobSource> source,
                                          CallOptions options) = 0;
  virtual Awaitable<std::shared_ptr<BlobReader>> do_open_blob(OutputRef ref,
                                                              CallOptions options) = 0;
  virtual Awaitable<BlobCollection> do_collect_blobs(BlobCollectQuery query,
                                                     CallOptions options) = 0;
  virtual Awaitable<ImportResult> do_import_records(std::vector<OutputRecord> records,
                                                    ImportOptions options) = 0;
  virtual Awaitable<OutputRecord> do_get(OutputRef ref, CallOptions options) = 0;
  virtual Awaitable<OutputRecord> do_get_latest_by_name(std::string name, CallOptions options) = 0;
  virtual Awaitable<OutputRecord> do_get_latest_by_name_in_run(std::string task_id,
                                                               std::uint32_t attempt,
                                                               std::string name,
                                                               CallOptions options) = 0;
  virtual Awaitable<Page> do_list(ListQuery query, CallOptions options) = 0;
  virtual Awaitable<Page> do_tail(ListQuery query, CallOptions options) = 0;
  virtual Awaitable<std::vector<TaskSummary>> do_tasks(NameQuery query, CallOptions options) = 0;
  virtual Awaitable<std::vector<RunSummary>> do_runs(RunQuery query, CallOptions options) = 0;
  virtual Awaitable<std::vector<AgentSummary>> do_agents(NameQuery query, CallOptions options) = 0;
  virtual Awaitable<Lineage> do_lineage(OutputRef ref, LineageDirection direction,
                                        LineageQuery query, CallOptions options) = 0;
  virtual Awaitable<StoreStats> do_stats(CallOptions options) = 0;
  virtual Awaitable<Slice> do_slice(OutputRef ref, SliceQuery query, CallOptions options) = 0;
  virtual Awaitable<VerifyReport> do_verify(VerifyOptions options) = 0;
  virtual Awaitable<BackupReport> do_backup(std::filesystem::path path, BackupOptions options) = 0;
  virtual Awaitable<SearchPage> do_search(SearchQuery query, CallOptions options) = 0;
  virtual Awaitable<PruneReport> do_prune(PruneQuery query, PruneOptions options) = 0;
  [[nodiscard]] virtual StoreActivity do_activity() const noexcept = 0;
  virtual Awaitable<void> do_close() = 0;

  std::size_t max_body_bytes_;
};

}  // namespace skep
