#include "mcp/json_rpc.hpp"

#include "json/parse_bounded.hpp"
#include "json/validate.hpp"

#include <utility>

namespace skep::mcp {
namespace {

std::string_view view(const boost::json::string& text) { return {text.data(), text.size()}; }

bool is_id(const JsonValue& value) {
  return value.is_string() || value.is_int64() || value.is_uint64();
}

JsonObject envelope() { return {{"jsonrpc", "2.0"}}; }

}  // namespace

OrRpcError<JsonValue> parse_json(std::string_view text) {
  // The deepest value that can be emitted lies this far below the message.
  constexpr std::size_t kEnvelopeDepth = 8;
  auto value = json::parse_bounded(text, json::kMaxEventDepth + kEnvelopeDepth);
  if (value) return std::move(*value);
  if (value.error().kind == ErrorKind::kTooLarge) {
    return rpc_fail(RpcCode::kInvalidRequest, "the message is too large: " + value.error().message);
  }
  return rpc_fail(RpcCode::kParseError, "the message is not JSON: " + value.error().message);
}

OrRpcError<RpcMessage> read_message(JsonValue json) {
  const auto wrong = [](const char* what) {
    return rpc_fail(RpcCode::kInvalidRequest, std::string("not a JSON-RPC message: ") + what);
  };
  JsonObject* object = json.if_object();
  if (object == nullptr) return wrong("it must be an object");
  const JsonValue* version = object->if_contains("jsonrpc");
  if (version == nullptr || !version->is_string() || view(version->get_string()) != "2.0") {
    return wrong("'jsonrpc' must be \"2.0\"");
  }
  JsonValue id;
  if (const JsonValue* given = object->if_contains("id")) {
    if (!is_id(*given)) return wrong("'id' must be a string or an integer");
    id = *given;
  }
  const JsonValue* method = object->if_contains("method");
  if (method == nullptr || !method->is_string()) return wrong("'method' must be a string");
  std::string name(view(method->get_string()));
  JsonValue* params = object->if_contains("params");
  if (params == nullptr) return RpcMessage{std::move(id), std::move(name), {}};
  if (!params->is_object()) return wrong("'params' must be an object");
  // Where it lies: to assign it would copy it into other memory.
  return RpcMessage{std::move(id), std::move(name), std::move(params->get_object())};
}

JsonValue id_of(const JsonValue& json) {
  const JsonObject* object = json.if_object();
  const JsonValue* id = object != nullptr ? object->if_contains("id") : nullptr;
  return id != nullptr && is_id(*id) ? *id : JsonValue();
}

bool is_response(const JsonValue& json) {
  const JsonObject* object = json.if_object();
  return object != nullptr && !object->contains("method") &&
         (object->contains("result") || object->contains("error"));
}

JsonObject result_message(const JsonValue& id, JsonObject result) {
  JsonObject message = envelope();
  message["id"] = id;
  message["result"] = std::move(result);
  return message;
}

JsonObject error_message(const JsonValue& id, const RpcError& error) {
  JsonObject body{{"code", static_cast<int>(error.code)}, {"message", error.message}};
  if (!error.data.is_null()) body["data"] = error.data;
  JsonObject message = envelope();
  message["id"] = id;
  message["error"] = std::move(body);
  return message;
}

JsonObject notification(std::string_view method, JsonObject params) {
  JsonObject message = envelope();
  message["method"] = method;
  message["params"] = std::move(params);
  return message;
}

}  // namespace skep::mcp
