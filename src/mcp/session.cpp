#include "mcp/session.hpp"

#include "mcp/params.hpp"
#include "mcp/tools.hpp"
#include "mcp/updates.hpp"

#include <exception>
#include <utility>

namespace skep::mcp {
namespace {

constexpr const char* kInstructions =
    "Skep keeps what agents produce. Emit your output once and hand its ref (out-…) to others "
    "instead of the text. Read only the part of an output that you need: lines, grep, JSON "
    "Pointer, max_chars. List a run or search to find refs; ask why to see what an output came "
    "from, and name your sources in parent_refs.";

// How long clients may keep what hardly ever changes, and what does.
constexpr int kStaticTtlMs = 3'600'000;

JsonObject server_info(const Service& service) {
  return {{"name", "skep"}, {"title", "Skep"}, {"version", service.version}};
}

JsonObject capabilities(Revision revision) {
  JsonObject all;
  all["tools"] = JsonObject();
  all["resources"] = JsonObject{{"subscribe", true}};
  all["logging"] = JsonObject();
  if (revision >= Revision::k20250326) all["completions"] = JsonObject();
  return all;
}

std::unexpected<RpcError> no_method(const std::string& method) {
  return rpc_fail(RpcCode::kMethodNotFound, "no such method: " + method);
}

std::unexpected<RpcError> invalid(std::string message) {
  return rpc_fail(RpcCode::kInvalidParams, std::move(message));
}

// What takes pages and has only one.
OrRpcError<JsonObject> only_page(const JsonObject& params, JsonObject page) {
  if (params.contains("cursor")) return invalid("'cursor' is not from this list");
  return page;
}

OrRpcError<JsonObject> list_tools(const Call& call, const JsonObject& params) {
  JsonObject page;
  page["tools"] = tool_definitions(call.service, call.scope);
  return only_page(params, std::move(page));
}

// The methods of every revision.
AwaitableRpc answer_any(const Call& call, const RpcMessage& message) {
  const std::string& method = message.method;
  if (method == "tools/list") co_return list_tools(call, message.params);
  if (method == "resources/templates/list") {
    co_return only_page(message.params, resource_templates());
  }
  if (method == "tools/call") {
    auto running = call_tool(call, message.params);
    co_return co_await std::move(running);
  }
  if (method == "resources/list") {
    auto running = list_resources(call, message.params);
    co_return co_await std::move(running);
  }
  if (method == "resources/read") {
    auto running = read_resource(call, message.params);
    co_return co_await std::move(running);
  }
  if (method == "completion/complete") {
    auto running = complete(call, message.params);
    co_return co_await std::move(running);
  }
  co_return no_method(method);
}

// A request that throws, for want of memory, fails alone.
AwaitableRpc answer_safely(const Call& call, const RpcMessage& message) {
  std::string what;
  try {
    auto running = answer_any(call, message);
    co_return co_await std::move(running);
  } catch (const std::exception& exception) {
    what = exception.what();
  }
  co_return rpc_fail(RpcCode::kInternal, "the request threw: " + what);
}

JsonObject discovery(const Service& service) {
  JsonObject result;
  result["supportedVersions"] = revision_names();
  result["capabilities"] = capabilities(Revision::k20260728);
  result["serverInfo"] = server_info(service);
  result["instructions"] = kInstructions;
  return result;
}

// What every result has, and those that may be kept.
JsonObject completed(const Service& service, const RpcMessage& message, JsonObject result) {
  result["resultType"] = "complete";
  result["_meta"] = JsonObject{{kServerInfoMeta, server_info(service)}};
  const std::string& method = message.method;
  const bool is_static =
      method == "tools/list" || method == "resources/templates/list" || method == "server/discover";
  if (is_static || method == "resources/list" || method == "resources/read") {
    result["ttlMs"] = is_static ? kStaticTtlMs : 0;
    // Which tools there are depends on the token.
    result["cacheScope"] = "private";
  }
  return result;
}

}  // namespace

bool is_stateless(const RpcMessage& message) {
  const JsonObject* meta = object_of(message.params, "_meta");
  return (meta != nullptr && meta->contains(kVersionMeta)) || message.method == "server/discover";
}

OrRpcError<Revision> check_stateless(const RpcMessage& message) {
  const JsonObject* meta = object_of(message.params, "_meta");
  if (meta == nullptr) return invalid("'_meta' must have " + std::string(kVersionMeta));
  const std::string version = text_of(*meta, kVersionMeta).value_or("");
  const auto revision = revision_of(version);
  if (!revision || !is_stateless(*revision)) {
    JsonObject data;
    data["supported"] = revision_names();
    data["requested"] = version;
    return rpc_fail(
        RpcCode::kUnsupportedVersion,
        revision ? "that revision begins with 'initialize'" : "unsupported protocol version",
        std::move(data));
  }
  if (object_of(*meta, kCapabilitiesMeta) == nullptr) {
    return invalid("'_meta' must have " + std::string(kCapabilitiesMeta));
  }
  return *revision;
}

AwaitableRpc answer_stateless(const Service& service, const Scope& scope, const RpcMessage& message,
                              std::string_view text, Notify notify) {
  const JsonObject* meta = object_of(message.params, "_meta");
  const auto revision = check_stateless(message);
  if (!revision) co_return std::unexpected(revision.error());
  if (message.method == "server/discover") {
    co_return completed(service, message, discovery(service));
  }
  Call call{service,          scope, *revision, text, progress_token_of(message.params), {},
            std::move(notify)};
  if (const auto level = text_of(*meta, kLogLevelMeta)) {
    call.log_level = log_level_of(*level);
    if (!call.log_level) co_return invalid("no such log level: " + *level);
  }
  auto running = answer_safely(call, message);
  auto result = co_await std::move(running);
  if (!result) co_return std::unexpected(std::move(result.error()));
  co_return completed(service, message, std::move(*result));
}

OrRpcError<std::set<std::string>> read_listen(const Scope& scope, const RpcMessage& message) {
  if (auto revision = check_stateless(message); !revision) return std::unexpected(revision.error());
  const JsonObject* wanted = object_of(message.params, "notifications");
  if (wanted == nullptr) return invalid("'notifications' must say what is wanted");
  std::set<std::string> uris;
  const JsonValue* given = wanted->if_contains("resourceSubscriptions");
  if (given == nullptr) return uris;
  if (!given->is_array()) return invalid("'resourceSubscriptions' must be an array");
  if (given->get_array().size() > kMaxSubscriptions) {
    return invalid("more than " + std::to_string(kMaxSubscriptions) + " resources");
  }
  for (const JsonValue& item : given->get_array()) {
    if (!item.is_string()) return invalid("'resourceSubscriptions' must hold addresses");
    std::string uri(item.get_string().data(), item.get_string().size());
    if (is_subscribable(uri, scope)) uris.insert(std::move(uri));
  }
  return uris;
}

JsonObject acknowledgement(const JsonValue& subscription, const std::set<std::string>& uris) {
  JsonObject granted;
  if (!uris.empty()) granted["resourceSubscriptions"] = JsonArray(uris.begin(), uris.end());
  JsonObject params;
  params["_meta"] = JsonObject{{kSubscriptionMeta, subscription}};
  params["notifications"] = std::move(granted);
  return notification("notifications/subscriptions/acknowledged", std::move(params));
}

JsonObject listen_end(const Service& service, const RpcMessage& listen) {
  JsonObject result{{"resultType", "complete"}};
  JsonObject meta{{kSubscriptionMeta, listen.id}};
  meta[kServerInfoMeta] = server_info(service);
  result["_meta"] = std::move(meta);
  return result_message(listen.id, std::move(result));
}

JsonObject updated(const std::string& uri, const JsonValue& subscription) {
  JsonObject params{{"uri", uri}};
  if (!subscription.is_null()) params["_meta"] = JsonObject{{kSubscriptionMeta, subscription}};
  return notification("notifications/resources/updated", std::move(params));
}

std::optional<Revision> Session::revision() const {
  const std::lock_guard lock(mutex_);
  return revision_;
}

bool Session::wants_log() const {
  const std::lock_guard lock(mutex_);
  return log_level_.has_value();
}

std::set<std::string> Session::subscriptions() const {
  const std::lock_guard lock(mutex_);
  return subscriptions_;
}

AwaitableRpc Session::answer(const RpcMessage& message, std::string_view text, Notify notify) {
  const std::string& method = message.method;
  if (method == "ping") co_return JsonObject();
  if (method == "initialize") co_return initialize(message.params);
  Call call{service_, scope_, {}, text, progress_token_of(message.params), {}, std::move(notify)};
  {
    const std::lock_guard lock(mutex_);
    if (!revision_) {
      co_return invalid("a client begins with 'initialize', or says in each request, in '_meta', " +
                        std::string(kVersionMeta));
    }
    call.revision = *revision_;
    call.log_level = log_level_;
  }
  if (method == "logging/setLevel") co_return set_level(message.params);
  if (method == "resources/subscribe") co_return subscribe(message.params);
  if (method == "resources/unsubscribe") co_return unsubscribe(message.params);
  auto running = answer_safely(call, message);
  co_return co_await std::move(running);
}

OrRpcError<JsonObject> Session::initialize(const JsonObject& params) {
  const auto wanted = text_of(params, "protocolVersion");
  if (!wanted) return invalid("'protocolVersion' must be the revision that you speak");
  const auto known = revision_of(*wanted);
  const Revision revision = known && !mcp::is_stateless(*known) ? *known : kNewestSessionRevision;
  {
    const std::lock_guard lock(mutex_);
    if (revision_) return rpc_fail(RpcCode::kInvalidRequest, "this session is initialized");
    revision_ = revision;
  }
  JsonObject result{{"protocolVersion", to_string(revision)}};
  result["capabilities"] = capabilities(revision);
  result["serverInfo"] = server_info(service_);
  result["instructions"] = kInstructions;
  return result;
}

OrRpcError<JsonObject> Session::set_level(const JsonObject& params) {
  const auto name = text_of(params, "level");
  const auto level = log_level_of(name.value_or(""));
  if (!level) return invalid("'level' must be debug, info, notice, warning, error or above");
  const std::lock_guard lock(mutex_);
  log_level_ = level;
  return JsonObject();
}

OrRpcError<JsonObject> Session::subscribe(const JsonObject& params) {
  const auto uri = text_of(params, "uri");
  if (!uri || !is_subscribable(*uri, scope_)) {
    return rpc_fail(RpcCode::kResourceNotFound,
                    "no resource that changes: subscribe to skep://run/… or skep://latest/…",
                    JsonObject{{"uri", uri.value_or("")}});
  }
  const std::lock_guard lock(mutex_);
  if (subscriptions_.size() >= kMaxSubscriptions && !subscriptions_.contains(*uri)) {
    return invalid("more than " + std::to_string(kMaxSubscriptions) + " subscriptions");
  }
  subscriptions_.insert(*uri);
  return JsonObject();
}

OrRpcError<JsonObject> Session::unsubscribe(const JsonObject& params) {
  const std::lock_guard lock(mutex_);
  subscriptions_.erase(text_of(params, "uri").value_or(""));
  return JsonObject();
}

}  // namespace skep::mcp
