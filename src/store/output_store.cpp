#include <skep/output_store.hpp>

#include "slice/check.hpp"
#include "store/cancelled.hpp"
#include "store/listing.hpp"
#include "store/not_found.hpp"
#include "store/remaining.hpp"
#include "store/validate.hpp"

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <system_error>
#include <utility>

// Arguments are checked when an operation is made, not when it is awaited: the checks need no
// coroutine, and what an operation keeps is valid.

namespace skep {
namespace {

template <class T>
Awaitable<T> failed(Error error) {
  co_return std::unexpected(std::move(error));
}

// Takes the listings of a run page by page; the timeout holds for all pages together.
Awaitable<Listing> collect(OutputStore& store, ListQuery query, CallOptions options) {
  const auto start = std::chrono::steady_clock::now();
  Listing listing;
  for (;;) {
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    Result<Page> page = co_await store.list(query, remaining(options, start));
    if (!page) co_return std::unexpected(std::move(page.error()));

    move_to_end(listing, std::move(page->listing));
    if (!page->next_after_seq) co_return listing;
    query.after_seq = *page->next_after_seq;
  }
}

// The error of an operation on the lineage of `ref`, if there is one.
Result<void> check_lineage(const OutputRef& ref, const LineageQuery& query) {
  if (auto checked = check_key("the ref", ref.str()); !checked) return checked;
  if (auto checked = check_query(query); !checked) return checked;
  // No record has an empty id, whatever names one as its parent.
  if (ref.str().empty()) return std::unexpected(not_found(ref.str()));
  return {};
}

Awaitable<OutputRef> front(Awaitable<std::vector<OutputRef>> batch) {
  auto refs = co_await std::move(batch);
  if (!refs) co_return std::unexpected(std::move(refs.error()));
  co_return std::move(refs->front());
}

}  // namespace

Awaitable<OutputRef> OutputStore::append(AppendRequest request, AppendOptions options) {
  if (auto checked = check_options(options); !checked) {
    return failed<OutputRef>(std::move(checked.error()));
  }
  if (auto checked = check_request(request, max_body_bytes_); !checked) {
    return failed<OutputRef>(std::move(checked.error()));
  }
  if (options.idempotency_key) {
    std::vector<AppendRequest> requests;
    requests.push_back(std::move(request));
    return front(do_append_all(std::move(requests), std::move(options)));
  }
  const CallOptions& call = options;
  return do_append(std::move(request), call);
}

Awaitable<std::vector<OutputRef>> OutputStore::append_all(std::vector<AppendRequest> requests,
                                                          AppendOptions options) {
  if (auto checked = check_options(options); !checked) {
    return failed<std::vector<OutputRef>>(std::move(checked.error()));
  }
  if (auto checked = check_requests(requests, max_body_bytes_); !checked) {
    return failed<std::vector<OutputRef>>(std::move(checked.error()));
  }
  return do_append_all(std::move(requests), std::move(options));
}

Awaitable<OutputRef> OutputStore::append_blob(AppendRequest request,
                                              std::shared_ptr<BlobSource> source,
                                              AppendOptions options) {
  auto checked = check_options(options);
  if (checked) checked = check_blob_request(request, max_body_bytes_);
  if (!checked) return failed<OutputRef>(std::move(checked.error()));
  return do_append_blob(std::move(request), std::move(source), std::move(options));
}

Awaitable<BlobInfo> OutputStore::put_blob(std::shared_ptr<BlobSource> source, CallOptions options) {
  return do_put_blob(std::move(source), options);
}

Awaitable<std::shared_ptr<BlobReader>> OutputStore::open_blob(OutputRef ref, CallOptions options) {
  if (auto checked = check_key("the ref", ref.str()); !checked) {
    return failed<std::shared_ptr<BlobReader>>(std::move(checked.error()));
  }
  return do_open_blob(std::move(ref), options);
}

Awaitable<BlobCollection> OutputStore::collect_blobs(BlobCollectQuery query, CallOptions options) {
  if (query.grace.count() < 0 || query.grace > kMaxBlobGrace) {
    return failed<BlobCollection>(
        Error(ErrorKind::kInvalidArgument, "the grace must be from nothing to ten years"));
  }
  return do_collect_blobs(query, options);
}

Awaitable<ImportResult> OutputStore::import_records(std::vector<OutputRecord> records,
                                                    ImportOptions options) {
  if (auto checked = check_records(records, max_body_bytes_); !checked) {
    return failed<ImportResult>(std::move(checked.error()));
  }
  return do_import_records(std::move(records), options);
}

Awaitable<OutputRecord> OutputStore::get(OutputRef ref, CallOptions options) {
  if (auto checked = check_key("the ref", ref.str()); !checked) {
    return failed<OutputRecord>(std::move(checked.error()));
  }
  return do_get(std::move(ref), options);
}

Awaitable<OutputRecord> OutputStore::get_latest_by_name(std::string name, CallOptions options) {
  if (auto checked = check_key("the name", name); !checked) {
    return failed<OutputRecord>(std::move(checked.error()));
  }
  return do_get_latest_by_name(std::move(name), options);
}

Awaitable<OutputRecord> OutputStore::get_latest_by_name_in_run(std::string task_id,
                                                               std::uint32_t attempt,
                                                               std::string name,
                                                               CallOptions options) {
  auto checked = check_key("task_id", task_id);
  if (checked) checked = check_key("the name", name);
  if (!checked) return failed<OutputRecord>(std::move(checked.error()));
  return do_get_latest_by_name_in_run(std::move(task_id), attempt, std::move(name), options);
}

Awaitable<Listing> OutputStore::list_for_attempt(std::string task_id, std::uint32_t attempt,
                                                 CallOptions options) {
  ListQuery query;
  query.task_id = std::move(task_id);
  query.attempt = attempt;
  query.limit = kMaxPageCount;
  if (auto checked = check_query(query); !checked) {
    return failed<Listing>(std::move(checked.error()));
  }
  return collect(*this, std::move(query), options);
}

Awaitable<Page> OutputStore::list(ListQuery query, CallOptions options) {
  if (auto checked = check_query(query); !checked) {
    return failed<Page>(std::move(checked.error()));
  }
  return do_list(std::move(query), options);
}

Awaitable<Page> OutputStore::tail(ListQuery query, CallOptions options) {
  if (auto checked = check_query(query); !checked) {
    return failed<Page>(std::move(checked.error()));
  }
  return do_tail(std::move(query), options);
}

Awaitable<std::vector<TaskSummary>> OutputStore::tasks(NameQuery query, CallOptions options) {
  if (auto checked = check_query(query); !checked) {
    return failed<std::vector<TaskSummary>>(std::move(checked.error()));
  }
  return do_tasks(std::move(query), options);
}

Awaitable<std::vector<RunSummary>> OutputStore::runs(RunQuery query, CallOptions options) {
  if (auto checked = check_query(query); !checked) {
    return failed<std::vector<RunSummary>>(std::move(checked.error()));
  }
  return do_runs(std::move(query), options);
}

Awaitable<std::vector<AgentSummary>> OutputStore::agents(NameQuery query, CallOptions options) {
  if (auto checked = check_query(query); !checked) {
    return failed<std::vector<AgentSummary>>(std::move(checked.error()));
  }
  return do_agents(std::move(query), options);
}

Awaitable<Lineage> OutputStore::ancestors(OutputRef ref, LineageQuery query, CallOptions options) {
  if (auto checked = check_lineage(ref, query); !checked) {
    return failed<Lineage>(std::move(checked.error()));
  }
  return do_lineage(std::move(ref), LineageDirection::kAncestors, std::move(query), options);
}

Awaitable<Lineage> OutputStore::descendants(OutputRef ref, LineageQuery query,
                                            CallOptions options) {
  if (auto checked = check_lineage(ref, query); !checked) {
    return failed<Lineage>(std::move(checked.error()));
  }
  return do_lineage(std::move(ref), LineageDirection::kDescendants, std::move(query), options);
}

Awaitable<StoreStats> OutputStore::stats(CallOptions options) { return do_stats(options); }

Awaitable<Slice> OutputStore::slice(OutputRef ref, SliceQuery query, CallOptions options) {
  auto checked = check_key("the ref", ref.str());
  if (checked) checked = slice::check_query(query);
  if (!checked) return failed<Slice>(std::move(checked.error()));
  return do_slice(std::move(ref), std::move(query), options);
}

Awaitable<SearchPage> OutputStore::search(SearchQuery query, CallOptions options) {
  if (auto checked = check_query(query); !checked) {
    return failed<SearchPage>(std::move(checked.error()));
  }
  return do_search(std::move(query), options);
}

Awaitable<VerifyReport> OutputStore::verify(VerifyOptions options) {
  return do_verify(std::move(options));
}

Awaitable<PruneReport> OutputStore::prune(PruneQuery query, PruneOptions options) {
  if (auto checked = check_query(query); !checked) {
    return failed<PruneReport>(std::move(checked.error()));
  }
  return do_prune(std::move(query), std::move(options));
}

Awaitable<BackupReport> OutputStore::backup(std::filesystem::path path, BackupOptions options) {
  // Absolute, so that no name means something else to SQLite.
  std::error_code error;
  auto absolute = std::filesystem::absolute(path, error);
  if (error || path.filename().empty()) {
    return failed<BackupReport>(
        Error(ErrorKind::kInvalidArgument, "\"" + path.string() + "\" is not a file path"));
  }
  return do_backup(std::move(absolute), std::move(options));
}

Awaitable<void> OutputStore::close() { return do_close(); }

}  // namespace skep
