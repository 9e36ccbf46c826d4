// What is known of blobs, and collecting those that nobody needs.
#include "http/find_output.hpp"
#include "http/handlers.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <utility>

namespace skep::http {
namespace {

constexpr std::uint64_t kMaxGraceSeconds = std::chrono::seconds(kMaxBlobGrace).count();

Response answer_of(const BlobInfo& info) {
  const boost::json::object answer{
      {"sha256", info.sha256}, {"size_bytes", info.size_bytes}, {"media_type", info.media_type}};
  return Response(boost::json::serialize(answer));
}

}  // namespace

AwaitableAnswer get_output_blob(Service& service, Request& request) {
  const auto record = co_await find_output(service, request);
  if (!record) co_return std::unexpected(record.error());
  const auto blob = co_await service.store.open_blob(record->id);
  if (!blob) co_return refuse(blob.error());
  co_return answer_of((*blob)->info());
}

// As for `emit_blob`, how long the body takes is its sender's.
AwaitableAnswer put_blob(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  const auto stored = co_await service.store.put_blob(request.source);
  if (!stored) co_return refuse(stored.error());
  co_return answer_of(*stored);
}

AwaitableAnswer collect_blobs(Service& service, Request& request) {
  if (auto known = request.query.expect({"dry_run", "grace_seconds"}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  const auto dry_run = request.query.flag("dry_run", false);
  if (!dry_run) co_return std::unexpected(dry_run.error());
  const auto grace = request.query.number("grace_seconds", 0, kMaxGraceSeconds);
  if (!grace) co_return std::unexpected(grace.error());
  BlobCollectQuery query;
  query.dry_run = *dry_run;
  if (*grace) query.grace = std::chrono::seconds(**grace);
  // It takes as long as there are files to be looked at.
  const auto collection = co_await service.store.collect_blobs(query);
  if (!collection) co_return refuse(collection.error());
  const boost::json::object answer{{"removed_count", collection->removed_count},
                                   {"removed_bytes", collection->removed_bytes},
                                   {"unfinished_count", collection->unfinished_count},
                                   {"unfinished_bytes", collection->unfinished_bytes},
                                   {"kept_count", collection->kept_count},
                                   {"kept_bytes", collection->kept_bytes}};
  co_return Response(boost::json::serialize(answer));
}

}  // namespace skep::http
