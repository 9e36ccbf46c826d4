#include "remote/answers.hpp"
#include "remote/bodies.hpp"
#include "remote/idempotency.hpp"
#include "remote/store.hpp"
#include "remote/target.hpp"

#include <utility>

namespace skep::remote {
namespace {

constexpr const char* kJson = "application/json";
constexpr const char* kLines = "application/x-ndjson";

}  // namespace

Awaitable<OutputRef> HttpStore::do_append(AppendRequest request, CallOptions options) {
  Request message("/v1/data/emit", kJson, emit_body(request), random_key());
  request = {};
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, true, read_ref);
}

Awaitable<std::vector<OutputRef>> HttpStore::do_append_all(std::vector<AppendRequest> requests,
                                                           AppendOptions options) {
  if (client_.closed()) co_return closed();
  if (requests.empty()) co_return std::vector<OutputRef>();
  auto key = key_of(options);
  if (!key) co_return std::unexpected(std::move(key.error()));
  const std::size_t count = requests.size();
  Request message("/v1/outputs?atomic=true", kLines, batch_body(requests), std::move(*key));
  requests = {};
  const CallOptions& call_options = options;
  const auto answer = co_await client_.send(std::move(message), call_options);
  co_return read(answer, true, [count](std::string_view text) { return read_refs(text, count); });
}

Awaitable<ImportResult> HttpStore::do_import_records(std::vector<OutputRecord> records,
                                                     ImportOptions options) {
  if (client_.closed()) co_return closed();
  if (records.empty()) co_return ImportResult();
  Target target("/v1/records");
  if (options.adopt_blobs) target.add("adopt_blobs", std::string_view("true"));
  Request message(target.text(), kLines, records_body(std::move(records)));
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, true, read_import_result);
}

// The queue and the commits are the server's.
StoreActivity HttpStore::do_activity() const noexcept { return {}; }

Awaitable<void> HttpStore::do_close() { return client_.close(); }

}  // namespace skep::remote
