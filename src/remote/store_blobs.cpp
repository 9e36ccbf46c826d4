#include "remote/answers.hpp"
#include "remote/idempotency.hpp"
#include "remote/store.hpp"
#include "remote/target.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace skep::remote {
namespace {

constexpr const char* kUnknownType = "application/octet-stream";

Target output_target(const OutputRef& ref, std::string_view part) {
  Target target("/v1/outputs");
  target.segment(ref.str()).segment(part);
  return target;
}

// The route's parameters: all but the content itself.
Target upload_target(const AppendRequest& request) {
  Target target("/v1/outputs/blob");
  target.add("task_id", request.task_id)
      .add("attempt", request.attempt)
      .add("producer_agent", request.producer_agent)
      .add("type", type_of(request.event));
  if (const auto* artifact = std::get_if<Artifact>(&request.event)) {
    target.add("name", artifact->name);
  }
  if (const auto* final_event = std::get_if<Final>(&request.event)) {
    target.add("ok", std::string_view(final_event->ok ? "true" : "false"));
  }
  for (const OutputRef& parent : request.parent_refs) target.add("parent_ref", parent.str());
  return target;
}

// A piece is a request of its own.
class RemoteReader final : public BlobReader {
 public:
  RemoteReader(BlobInfo info, OutputRef ref, Client& client, std::string url)
      : BlobReader(std::move(info)), ref_(std::move(ref)), client_(client), url_(std::move(url)) {}

  Awaitable<std::string> read(std::uint64_t offset, std::size_t max_bytes) override {
    const std::uint64_t size = info().size_bytes;
    if (offset >= size || max_bytes == 0) co_return std::string();
    const auto wanted = std::min<std::uint64_t>({max_bytes, kBlobPieceBytes, size - offset});
    Request request(output_target(ref_, "content").text());
    request.range = std::to_string(offset) + "-" + std::to_string(offset + wanted - 1);
    auto answer = co_await client_.send(std::move(request), CallOptions());
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    if (answer->status < 200 || answer->status > 299) {
      co_return std::unexpected(error_of(*answer, url_, false));
    }
    if (answer->status == 206 && answer->body.size() == wanted) co_return std::move(answer->body);
    co_return fail(ErrorKind::kInternal, url_ + " answered with another part of " + ref_.str() +
                                             " than the one that was asked for");
  }

 private:
  const OutputRef ref_;
  Client& client_;
  const std::string url_;
};

}  // namespace

Awaitable<OutputRef> HttpStore::do_append_blob(AppendRequest request,
                                               std::shared_ptr<BlobSource> source,
                                               AppendOptions options) {
  auto key = key_of(options);
  if (!key) co_return std::unexpected(std::move(key.error()));
  const auto& file = std::get<FileRef>(*content_of(request.event));
  Request message(upload_target(request).text(), file.mime.value_or(""), {}, std::move(*key));
  message.source = std::move(source);
  const CallOptions& call_options = options;
  const auto answer = co_await client_.send(std::move(message), call_options);
  co_return read(answer, true, read_ref);
}

Awaitable<BlobInfo> HttpStore::do_put_blob(std::shared_ptr<BlobSource> source,
                                           CallOptions options) {
  Request message("/v1/blobs", kUnknownType, {});
  message.source = std::move(source);
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, true, read_blob_info);
}

Awaitable<std::shared_ptr<BlobReader>> HttpStore::do_open_blob(OutputRef ref, CallOptions options) {
  const auto answer = co_await client_.send(Request(output_target(ref, "blob").text()), options);
  auto info = read(answer, false, read_blob_info);
  if (!info) co_return std::unexpected(std::move(info.error()));
  co_return std::make_shared<RemoteReader>(std::move(*info), std::move(ref), client_, url_);
}

Awaitable<BlobCollection> HttpStore::do_collect_blobs(BlobCollectQuery query, CallOptions options) {
  Target target("/v1/blobs/collect");
  target.add("dry_run", std::string_view(query.dry_run ? "true" : "false"))
      .add("grace_seconds", std::chrono::ceil<std::chrono::seconds>(query.grace).count());
  Request message(target.text(), "application/json", {});
  const auto answer = co_await client_.send(std::move(message), options);
  co_return read(answer, true, read_blob_collection);
}

}  // namespace skep::remote
