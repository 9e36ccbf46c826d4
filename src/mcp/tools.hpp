// The tools: what a model can do with a store.
#pragma once

#include "mcp/arguments.hpp"
#include "mcp/call.hpp"

#include <skep/awaitable.hpp>

#include <boost/asio/awaitable.hpp>

#include <string>

namespace skep::mcp {

/// What a tool gives: a text that is short for a model to read, the same as JSON, and links.
struct ToolResult {
  std::string text;
  JsonObject structured;
  JsonArray links;
};

using AwaitableResult = Awaitable<ToolResult>;

/// Their definitions, as far as the client may use them; what the scope fixes is no argument.
[[nodiscard]] JsonArray tool_definitions(const Service& service, const Scope& scope);

/// Answers `tools/call`. What goes wrong within a tool is a result, too, that says what to do next.
[[nodiscard]] boost::asio::awaitable<OrRpcError<JsonObject>> call_tool(const Call& call,
                                                                       const JsonObject& params);

// One file each: tool_emit.cpp and so on. The arguments outlive the operation.
[[nodiscard]] AwaitableResult emit_output(const Call& call, const JsonObject& arguments);
[[nodiscard]] AwaitableResult read_output(const Call& call, const JsonObject& arguments);
[[nodiscard]] AwaitableResult list_run(const Call& call, const JsonObject& arguments);
[[nodiscard]] AwaitableResult search_outputs(const Call& call, const JsonObject& arguments);
[[nodiscard]] AwaitableResult why_output(const Call& call, const JsonObject& arguments);

}  // namespace skep::mcp
