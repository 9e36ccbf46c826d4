#include "memory/memory_store.hpp"

#include "store/key_reused.hpp"

#include <chrono>
#include <map>
#include <utility>

namespace skep::memory {
namespace {

Timestamp now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

Awaitable<OutputRef> MemoryStore::do_append(AppendRequest request, CallOptions /*options*/) {
  std::vector<AppendRequest> requests;
  requests.push_back(std::move(request));
  auto refs = store(std::move(requests), std::nullopt);
  if (!refs) co_return std::unexpected(std::move(refs.error()));
  co_return std::move(refs->front());
}

Awaitable<std::vector<OutputRef>> MemoryStore::do_append_all(std::vector<AppendRequest> requests,
                                                             AppendOptions options) {
  co_return store(std::move(requests), options.idempotency_key);
}

Awaitable<OutputRef> MemoryStore::do_append_blob(AppendRequest request,
                                                 std::shared_ptr<BlobSource> source,
                                                 AppendOptions options) {
  const CallOptions call_options = options;
  auto put = blob_files_.directory.put(std::move(source), max_blob_bytes_, call_options);
  const auto stored = co_await std::move(put);
  if (!stored) co_return std::unexpected(stored.error());
  blob::place(request.event, *stored);
  std::vector<AppendRequest> requests;
  requests.push_back(std::move(request));
  auto refs = store(std::move(requests), options.idempotency_key, &*stored);
  if (!refs) co_return std::unexpected(std::move(refs.error()));
  co_return std::move(refs->front());
}

Awaitable<BlobInfo> MemoryStore::do_put_blob(std::shared_ptr<BlobSource> source,
                                             CallOptions options) {
  auto put = blob_files_.directory.put(std::move(source), max_blob_bytes_, options);
  const auto stored = co_await std::move(put);
  if (!stored) co_return std::unexpected(stored.error());
  co_return blob::info_of(*stored);
}

Awaitable<BlobCollection> MemoryStore::do_collect_blobs(BlobCollectQuery query,
                                                        CallOptions options) {
  auto remove = [this,
                 query](std::vector<blob::Candidate> candidates) -> Awaitable<std::vector<bool>> {
    co_return remove_unused(std::move(candidates), query);
  };
  return blob_files_.directory.collect(query, std::move(remove), options);
}

Awaitable<ImportResult> MemoryStore::do_import_records(std::vector<OutputRecord> records,
                                                       ImportOptions options) {
  co_return change(
      [&]() -> Result<ImportResult> { return import(std::move(records), options.adopt_blobs); });
}

// What is removed under the mutex is not there for an append that comes after.
Result<std::vector<bool>> MemoryStore::remove_unused(const std::vector<blob::Candidate>& candidates,
                                                     const BlobCollectQuery& query) const {
  const std::lock_guard lock(mutex_);
  if (closed_) return closed();
  return blobs_.remove_unused(candidates, query);
}

Result<std::vector<OutputRef>> MemoryStore::store(std::vector<AppendRequest> requests,
                                                  const std::optional<std::string>& key,
                                                  const blob::StoredBlob* stored) {
  std::optional<RequestHash> hash;
  if (key) hash = hash_of(requests);
  return change([&]() -> Result<std::vector<OutputRef>> {
    const Timestamp created_at = now();
    if (key) {
      const auto known = keys_.find(*key, created_at);
      if (known && known->hash != *hash) return std::unexpected(key_reused(*key));
      if (known) return known->refs;
    }
    if (stored != nullptr) {
      if (auto present = blob::expect_present(*stored); !present) {
        return std::unexpected(std::move(present.error()));
      }
    }
    std::vector<OutputRef> refs;
    refs.reserve(requests.size());
    for (AppendRequest& request : requests) refs.push_back(add(std::move(request), created_at));
    if (stored != nullptr) blobs_.add(refs.front(), *stored);
    if (key) keys_.add(*key, {*hash, refs, created_at});
    return refs;
  });
}

OutputRef MemoryStore::add(AppendRequest request, Timestamp created_at) {
  OutputRecord record;
  record.id = ids_.next();
  while (index_.find(record.id)) {
    ids_.reseed();
    record.id = ids_.next();
  }
  record.task_id = std::move(request.task_id);
  record.attempt = request.attempt;
  record.producer_agent = std::move(request.producer_agent);
  record.event = std::move(request.event);
  record.parent_refs = std::move(request.parent_refs);
  record.created_at = created_at;
  OutputRef id = record.id;
  index_.add(std::move(record));
  return id;
}

// Looks at every record before it stores the first.
Result<ImportResult> MemoryStore::import(std::vector<OutputRecord> records, bool adopts) {
  struct ToAdd {
    OutputRecord* record;
    std::optional<blob::StoredBlob> blob;
  };
  ImportResult result;
  std::map<OutputRef, const OutputRecord*> added;
  std::vector<ToAdd> to_add;
  for (OutputRecord& record : records) {
    auto adopted = adopts ? blob::adopt(blob_files_.directory.path(), record.event) : std::nullopt;
    const RecordPtr stored = index_.find(record.id);
    const OutputRecord* present = stored.get();
    if (present == nullptr) {
      const auto [entry, is_new] = added.emplace(record.id, &record);
      if (!is_new) present = entry->second;
    }
    if (present == nullptr) {
      to_add.push_back({&record, std::move(adopted)});
      ++result.added_count;
    } else if (blob::are_equal(*present, record)) {
      if (adopted && !blobs_.find(*present)) blobs_.add(record.id, *adopted);
      ++result.present_count;
    } else {
      return fail(ErrorKind::kConflict,
                  "record " + record.id.str() + " is in the store already, and differs");
    }
  }
  for (const ToAdd& entry : to_add) {
    if (entry.blob) blobs_.add(entry.record->id, *entry.blob);
    index_.add(std::move(*entry.record));
  }
  return result;
}

}  // namespace skep::memory
