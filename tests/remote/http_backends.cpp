// The back end behind a server: a SQLite file, the server over it, and the client of the server.
#include "http/server.hpp"
#include "remote/http_store.hpp"
#include "support/backend.hpp"
#include "support/run.hpp"

#include <skep/sqlite_store.hpp>

#include <stdexcept>
#include <utility>

namespace skep::test {
namespace {

template <class T>
T opened(Result<T> result) {
  if (!result) throw std::runtime_error("it doesn't open: " + result.error().message);
  return std::move(*result);
}

std::unique_ptr<OutputStore> open_file(const std::filesystem::path& directory,
                                       std::size_t max_body_bytes) {
  SqliteStoreOptions options;
  options.max_body_bytes = max_body_bytes;
  options.search = true;
  return opened(run(open_sqlite_store(directory / "outputs.db", options)));
}

std::unique_ptr<http::Server> serve(OutputStore& store) {
  http::ServerOptions options;
  options.port = 0;
  options.no_auth = true;
  // Names of 64 KiB travel in targets, percent-encoded.
  options.max_target_bytes = std::size_t{1} << 20U;
  options.max_header_bytes = std::size_t{1} << 20U;
  return opened(http::Server::start(store, options));
}

std::unique_ptr<OutputStore> connect(const std::string& url, std::size_t max_body_bytes) {
  remote::HttpStoreOptions options;
  options.url = url;
  options.max_body_bytes = max_body_bytes;
  return opened(remote::make_http_store(options));
}

// Its members end in the order they need: the client, the server, the file.
class ServedStore final : public OutputStore {
 public:
  ServedStore(const std::filesystem::path& directory, std::size_t max_body_bytes)
      : OutputStore(max_body_bytes),
        file_(open_file(directory, max_body_bytes)),
        server_(serve(*file_)),
        client_(connect(server_->url(), max_body_bytes)) {}

 private:
  Awaitable<OutputRef> do_append(AppendRequest request, CallOptions options) override {
    return client_->append(std::move(request), options);
  }
  Awaitable<std::vector<OutputRef>> do_append_all(std::vector<AppendRequest> requests,
                                                  AppendOptions options) override {
    return client_->append_all(std::move(requests), std::move(options));
  }
  Awaitable<OutputRef> do_append_blob(AppendRequest request, std::shared_ptr<BlobSource> source,
                                      AppendOptions options) override {
    return client_->append_blob(std::move(request), std::move(source), std::move(options));
  }
  Awaitable<BlobInfo> do_put_blob(std::shared_ptr<BlobSource> source,
                                  CallOptions options) override {
    return client_->put_blob(std::move(source), options);
  }
  Awaitable<std::shared_ptr<BlobReader>> do_open_blob(OutputRef ref, CallOptions options) override {
    return client_->open_blob(std::move(ref), options);
  }
  Awaitable<BlobCollection> do_collect_blobs(BlobCollectQuery query, CallOptions options) override {
    return client_->collect_blobs(query, options);
  }
  Awaitable<ImportResult> do_import_records(std::vector<OutputRecord> records,
                                            ImportOptions options) override {
    return client_->import_records(std::move(records), options);
  }
  Awaitable<OutputRecord> do_get(OutputRef ref, CallOptions options) override {
    return client_->get(std::move(ref), options);
  }
  Awaitable<OutputRecord> do_get_latest_by_name(std::string name, CallOptions options) override {
    return client_->get_latest_by_name(std::move(name), options);
  }
  Awaitable<OutputRecord> do_get_latest_by_name_in_run(std::string task_id, std::uint32_t attempt,
                                                       std::string name,
                                                       CallOptions options) override {
    return client_->get_latest_by_name_in_run(std::move(task_id), attempt, std::move(name),
                                              options);
  }
  Awaitable<Page> do_list(ListQuery query, CallOptions options) override {
    return client_->list(std::move(query), options);
  }
  Awaitable<Page> do_tail(ListQuery query, CallOptions options) override {
    return client_->tail(std::move(query), options);
  }
  Awaitable<std::vector<TaskSummary>> do_tasks(NameQuery query, CallOptions options) override {
    return client_->tasks(std::move(query), options);
  }
  Awaitable<std::vector<RunSummary>> do_runs(RunQuery query, CallOptions options) override {
    return client_->runs(std::move(query), options);
  }
  Awaitable<std::vector<AgentSummary>> do_agents(NameQuery query, CallOptions options) override {
    return client_->agents(std::move(query), options);
  }
  Awaitable<Lineage> do_lineage(OutputRef ref, LineageDirection direction, LineageQuery query,
                                CallOptions options) override {
    return direction == LineageDirection::kAncestors
               ? client_->ancestors(std::move(ref), std::move(query), options)
               : client_->descendants(std::move(ref), std::move(query), options);
  }
  Awaitable<StoreStats> do_stats(CallOptions options) override { return client_->stats(options); }
  Awaitable<Slice> do_slice(OutputRef ref, SliceQuery query, CallOptions options) override {
    return client_->slice(std::move(ref), std::move(query), options);
  }
  Awaitable<SearchPage> do_search(SearchQuery query, CallOptions options) override {
    return client_->search(std::move(query), options);
  }
  Awaitable<PruneReport> do_prune(PruneQuery query, PruneOptions options) override {
    return client_->prune(std::move(query), std::move(options));
  }
  Awaitable<BackupReport> do_backup(std::filesystem::path path, BackupOptions options) override {
    return client_->backup(std::move(path), std::move(options));
  }
  Awaitable<VerifyReport> do_verify(VerifyOptions options) override {
    return client_->verify(std::move(options));
  }
  [[nodiscard]] StoreActivity do_activity() const noexcept override { return file_->activity(); }
  Awaitable<void> do_close() override { return client_->close(); }

  std::unique_ptr<OutputStore> file_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<OutputStore> client_;
};

}  // namespace

std::vector<Backend> backends() {
  return {Backend("sqlite_http", true,
                  [](const std::filesystem::path& directory, std::size_t max_body_bytes) {
                    return std::make_unique<ServedStore>(directory, max_body_bytes);
                  })};
}

}  // namespace skep::test
