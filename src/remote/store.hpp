// The store behind a Skep server, as a back end.
#pragma once

#include "remote/client.hpp"
#include "remote/problem.hpp"

#include <skep/output_store.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace skep::remote {

/// Each operation is a request or, where one waits, several.
class HttpStore final : public OutputStore {
 public:
  HttpStore(ClientSettings settings, std::size_t max_body_bytes)
      : OutputStore(max_body_bytes), url_(settings.endpoint.url), client_(std::move(settings)) {}

 private:
  Awaitable<OutputRef> do_append(AppendRequest request, CallOptions options) override;
  Awaitable<std::vector<OutputRef>> do_append_all(std::vector<AppendRequest> requests,
                                                  AppendOptions options) override;
  Awaitable<OutputRef> do_append_blob(AppendRequest request, std::shared_ptr<BlobSource> source,
                                      AppendOptions options) override;
  Awaitable<BlobInfo> do_put_blob(std::shared_ptr<BlobSource> source, CallOptions options) override;
  Awaitable<std::shared_ptr<BlobReader>> do_open_blob(OutputRef ref, CallOptions options) override;
  Awaitable<BlobCollection> do_collect_blobs(BlobCollectQuery query, CallOptions options) override;
  Awaitable<ImportResult> do_import_records(std::vector<OutputRecord> records,
                                            ImportOptions options) override;
  Awaitable<OutputRecord> do_get(OutputRef ref, CallOptions options) override;
  Awaitable<OutputRecord> do_get_latest_by_name(std::string name, CallOptions options) override;
  Awaitable<OutputRecord> do_get_latest_by_name_in_run(std::string task_id, std::uint32_t attempt,
                                                       std::string name,
                                                       CallOptions options) override;
  Awaitable<Page> do_list(ListQuery query, CallOptions options) override;
  Awaitable<Page> do_tail(ListQuery query, CallOptions options) override;
  Awaitable<std::vector<TaskSummary>> do_tasks(NameQuery query, CallOptions options) override;
  Awaitable<std::vector<RunSummary>> do_runs(RunQuery query, CallOptions options) override;
  Awaitable<std::vector<AgentSummary>> do_agents(NameQuery query, CallOptions options) override;
  Awaitable<Lineage> do_lineage(OutputRef ref, LineageDirection direction, LineageQuery query,
                                CallOptions options) override;
  Awaitable<StoreStats> do_stats(CallOptions options) override;
  Awaitable<Slice> do_slice(OutputRef ref, SliceQuery query, CallOptions options) override;
  Awaitable<PruneReport> do_prune(PruneQuery query, PruneOptions options) override;
  Awaitable<BackupReport> do_backup(std::filesystem::path path, BackupOptions options) override;
  Awaitable<VerifyReport> do_verify(VerifyOptions options) override;
  Awaitable<SearchPage> do_search(SearchQuery query, CallOptions options) override;
  // The queue and the commits are the server's.
  [[nodiscard]] StoreActivity do_activity() const noexcept override;
  Awaitable<void> do_close() override;

  static std::unexpected<Error> closed() { return fail(ErrorKind::kClosed, "the store is closed"); }

  // What `read_body` makes of an answer that says yes, or why there is none.
  template <class Read>
  auto read(const Result<Answer>& answer, bool writes, Read read_body) const
      -> decltype(read_body(std::string_view())) {
    if (!answer) return std::unexpected(answer.error());
    if (answer->status < 200 || answer->status > 299) {
      return std::unexpected(error_of(*answer, url_, writes));
    }
    auto value = read_body(std::string_view(answer->body));
    // It said yes, in whatever words.
    if (!value && writes) value.error().outcome = Outcome::kInDoubt;
    return value;
  }

  std::string url_;
  Client client_;
};

}  // namespace skep::remote
