#include "http/mcp_headers.hpp"

#include "mcp/base64.hpp"
#include "mcp/params.hpp"
#include "mcp/revision.hpp"

#include <optional>
#include <string>

namespace skep::http {
namespace {

// A value that is no plain text is spelled in Base64, between these.
constexpr std::string_view kEncodedBegin = "=?base64?";
constexpr std::string_view kEncodedEnd = "?=";

std::optional<std::string> decoded_header(const Request& request, const char* name) {
  const auto found = request.headers.find(name);
  if (found == request.headers.end()) return std::nullopt;
  std::string value(found->value().data(), found->value().size());
  const bool is_encoded = value.size() >= kEncodedBegin.size() + kEncodedEnd.size() &&
                          value.starts_with(kEncodedBegin) && value.ends_with(kEncodedEnd);
  if (!is_encoded) return value;
  value.resize(value.size() - kEncodedEnd.size());
  return mcp::from_base64(std::string_view(value).substr(kEncodedBegin.size()));
}

mcp::OrRpcError<void> expect_header(const Request& request, const char* name,
                                    const std::string& in_body) {
  const auto value = decoded_header(request, name);
  if (value == in_body) return {};
  return mcp::rpc_fail(mcp::RpcCode::kHeaderMismatch,
                       std::string("the header ") + name +
                           (value ? " is not what the body says" : " is missing, or malformed"));
}

}  // namespace

mcp::OrRpcError<void> check_headers(const Request& request, const mcp::RpcMessage& message) {
  const mcp::JsonObject* meta = mcp::object_of(message.params, "_meta");
  const auto version = meta != nullptr ? mcp::text_of(*meta, mcp::kVersionMeta) : std::nullopt;
  auto same = expect_header(request, "MCP-Protocol-Version", version.value_or(""));
  if (same) same = expect_header(request, "Mcp-Method", message.method);
  if (!same) return same;
  const bool has_name = message.method == "tools/call" || message.method == "prompts/get";
  if (has_name || message.method == "resources/read") {
    const auto name = mcp::text_of(message.params, has_name ? "name" : "uri");
    return expect_header(request, "Mcp-Name", name.value_or(""));
  }
  return {};
}

}  // namespace skep::http
