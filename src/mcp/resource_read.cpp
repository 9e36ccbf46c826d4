#include "mcp/base64.hpp"
#include "mcp/params.hpp"
#include "mcp/preview.hpp"
#include "mcp/resources.hpp"
#include "mcp/store_error.hpp"
#include "mcp/uri.hpp"
#include "slice/utf8.hpp"

#include <boost/json/serialize.hpp>

#include <utility>
#include <variant>

namespace skep::mcp {
namespace {

std::unexpected<RpcError> no_resource(const Call& call, const std::string& uri) {
  const auto code =
      is_stateless(call.revision) ? RpcCode::kInvalidParams : RpcCode::kResourceNotFound;
  return rpc_fail(code, "no such resource", JsonObject{{"uri", uri}});
}

std::unexpected<RpcError> too_large(const std::string& uri, std::uint64_t bytes) {
  return rpc_fail(RpcCode::kInvalidParams,
                  "the output has " + std::to_string(bytes) + " bytes, more than the " +
                      std::to_string(kMaxResourceBytes) +
                      " of a resource: read it in parts, with the tool read_output",
                  JsonObject{{"uri", uri}});
}

JsonObject text_contents(const std::string& uri, std::string_view type, std::string_view text) {
  return {{"uri", uri}, {"mimeType", type}, {"text", text}};
}

bool is_text_type(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("application/json") ||
         type.find("+json") != std::string_view::npos || type.starts_with("application/xml");
}

// Bytes as text where they say that they are, and are.
JsonObject contents_of(const std::string& uri, const std::string& type, std::string bytes) {
  if (is_text_type(type)) {
    std::uint64_t invalid = 0;
    std::string text = slice::valid_utf8(bytes, invalid);
    if (invalid == 0) return text_contents(uri, type, text);
  }
  return {{"uri", uri}, {"mimeType", type}, {"blob", to_base64(bytes)}};
}

AwaitableRpc blob_contents(const Call& call, OutputRef ref, std::string uri) {
  auto opening = call.store().open_blob(std::move(ref), call.options());
  const auto reader = co_await std::move(opening);
  if (!reader) {
    if (reader.error().kind == ErrorKind::kNotFound) co_return no_resource(call, uri);
    co_return std::unexpected(rpc_error_of(reader.error()));
  }
  const BlobInfo& info = (*reader)->info();
  if (info.size_bytes > kMaxResourceBytes) co_return too_large(uri, info.size_bytes);
  std::string bytes;
  while (bytes.size() < info.size_bytes) {
    auto reading = (*reader)->read(bytes.size());
    const auto piece = co_await std::move(reading);
    if (!piece) co_return std::unexpected(rpc_error_of(piece.error()));
    if (piece->empty()) break;
    bytes += *piece;
  }
  co_return contents_of(uri, info.media_type, std::move(bytes));
}

AwaitableRpc record_contents(const Call& call, OutputRecord record, std::string uri) {
  const ContentRef* content = content_of(record.event);
  if (content == nullptr) {
    co_return text_contents(uri, "text/plain", progress_text(std::get<Progress>(record.event)));
  }
  if (std::holds_alternative<FileRef>(*content)) {
    auto reading = blob_contents(call, record.id, std::move(uri));
    co_return co_await std::move(reading);
  }
  const JsonText& value = std::get<Inline>(*content).value;
  if (value.text().size() > kMaxResourceBytes) co_return too_large(uri, value.text().size());
  const auto text = value.as_string();
  if (text) co_return text_contents(uri, "text/plain", *text);
  co_return text_contents(uri, "application/json", value.text());
}

JsonObject row_of(const OutputRecord& record) {
  JsonArray parents;
  for (const OutputRef& parent : record.parent_refs) parents.emplace_back(parent.str());
  JsonObject row{{"ref", record.id.str()}, {"uri", uri_of(record.id)}, {"seq", record.seq}};
  row["producer_agent"] = record.producer_agent;
  row["type"] = type_of(record.event);
  row["bytes"] = preview_of(record.event).bytes;
  if (const auto* artifact = std::get_if<Artifact>(&record.event)) row["name"] = artifact->name;
  if (const auto* last = std::get_if<Final>(&record.event)) row["ok"] = last->ok;
  row["parent_refs"] = std::move(parents);
  return row;
}

AwaitableRpc run_contents(const Call& call, RunId run, std::string uri) {
  ListQuery query;
  query.task_id = run.task_id;
  query.attempt = run.attempt;
  JsonArray outputs;
  bool is_cut = false;
  for (;;) {
    auto operation = call.store().list(query, call.options());
    const auto page = co_await std::move(operation);
    if (!page) co_return std::unexpected(rpc_error_of(page.error()));
    for (const OutputRecord& record : page->listing.records) {
      if (outputs.size() < kMaxRunResourceRows) outputs.push_back(row_of(record));
    }
    if (!page->next_after_seq) break;
    is_cut = outputs.size() == kMaxRunResourceRows;
    if (is_cut) break;
    query.after_seq = *page->next_after_seq;
  }
  if (outputs.empty()) co_return no_resource(call, uri);
  JsonObject body{{"task_id", run.task_id}, {"attempt", run.attempt}, {"is_cut", is_cut}};
  body["outputs"] = std::move(outputs);
  co_return text_contents(uri, "application/json", boost::json::serialize(body));
}

// The record behind a ref or a name.
Awaitable<OutputRecord> record_behind(const Call& call, const ResourceName& name) {
  if (const auto* ref = std::get_if<OutputRef>(&name)) {
    auto operation = call.store().get(*ref, call.options());
    co_return co_await std::move(operation);
  }
  const std::string agent = std::get<LatestOf>(name).producer_agent;
  const Scope& scope = call.scope;
  if (scope.sees_only_its_task && scope.task_id && scope.attempt) {
    auto operation = call.store().get_latest_by_name_in_run(*scope.task_id, *scope.attempt, agent,
                                                            call.options());
    co_return co_await std::move(operation);
  }
  auto operation = call.store().get_latest_by_name(agent, call.options());
  co_return co_await std::move(operation);
}

}  // namespace

AwaitableRpc read_resource(const Call& call, const JsonObject& params) {
  const auto uri = text_of(params, "uri");
  if (!uri) co_return rpc_fail(RpcCode::kInvalidParams, "'uri' must be the address of a resource");
  const auto name = parse_uri(*uri);
  if (!name || !call.scope.may_read) co_return no_resource(call, *uri);
  OrRpcError<JsonObject> contents;
  if (const auto* run = std::get_if<RunId>(&*name)) {
    if (!call.scope.sees(run->task_id, run->attempt)) co_return no_resource(call, *uri);
    auto reading = run_contents(call, *run, *uri);
    contents = co_await std::move(reading);
  } else {
    auto looking = record_behind(call, *name);
    auto record = co_await std::move(looking);
    if (record ? !call.scope.sees(*record) : record.error().kind == ErrorKind::kNotFound) {
      co_return no_resource(call, *uri);
    }
    if (!record) co_return std::unexpected(rpc_error_of(record.error()));
    auto reading = record_contents(call, std::move(*record), *uri);
    contents = co_await std::move(reading);
  }
  if (!contents) co_return std::unexpected(std::move(contents.error()));
  JsonObject result;
  result["contents"] = JsonArray{std::move(*contents)};
  co_return result;
}

}  // namespace skep::mcp
