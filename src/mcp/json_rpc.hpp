// JSON-RPC 2.0, as the Model Context Protocol uses it.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace skep::mcp {

using JsonArray = boost::json::array;
using JsonObject = boost::json::object;
using JsonValue = boost::json::value;

/// The codes of errors, those of JSON-RPC and those of the protocol.
enum class RpcCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternal = -32603,
  kResourceNotFound = -32002,  ///< Up to revision 2025-11-25; later `kInvalidParams`.
  kHeaderMismatch = -32020,
  kUnsupportedVersion = -32022,
};

/// Why a request has no result.
struct RpcError {
  RpcCode code = RpcCode::kInternal;
  std::string message;
  JsonValue data;  ///< null if there is none.

  RpcError() = default;
  RpcError(RpcCode error_code, std::string text, JsonValue more = {})
      : code(error_code), message(std::move(text)), data(std::move(more)) {}
};

template <class T>
using OrRpcError = std::expected<T, RpcError>;

[[nodiscard]] inline std::unexpected<RpcError> rpc_fail(RpcCode code, std::string message,
                                                        JsonValue data = {}) {
  return std::unexpected<RpcError>(std::in_place, code, std::move(message), std::move(data));
}

/// What a client sent: a request, or a notification, which has no id.
struct RpcMessage {
  JsonValue id;  ///< A string or an integer; null on a notification.
  std::string method;
  JsonObject params;

  [[nodiscard]] bool is_request() const noexcept { return !id.is_null(); }
};

/// Reads a text; how much memory that may take, `json::parse_bounded` tells. Errors: `kParseError`,
/// `kInvalidRequest` for one that is too large.
[[nodiscard]] OrRpcError<JsonValue> parse_json(std::string_view text);

/// Reads a message. Errors: `kInvalidRequest`.
[[nodiscard]] OrRpcError<RpcMessage> read_message(JsonValue json);

/// The id of what may be a message; null if it has none that counts.
[[nodiscard]] JsonValue id_of(const JsonValue& json);

/// Whether it answers something. This server asks nothing, so nobody waits for it.
[[nodiscard]] bool is_response(const JsonValue& json);

[[nodiscard]] JsonObject result_message(const JsonValue& id, JsonObject result);
[[nodiscard]] JsonObject error_message(const JsonValue& id, const RpcError& error);
[[nodiscard]] JsonObject notification(std::string_view method, JsonObject params);

}  // namespace skep::mcp
