// What a store holds, as resources.
#pragma once

#include "mcp/call.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>

namespace skep::mcp {

/// The largest resource, in bytes: 4 MiB. What is larger is read in parts, with `read_output`.
inline constexpr std::size_t kMaxResourceBytes = std::size_t{4} << 20U;

/// The most outputs that the resource of a run names.
inline constexpr std::size_t kMaxRunResourceRows = 1'000;

using AwaitableRpc = boost::asio::awaitable<OrRpcError<JsonObject>>;

/// `resources/list`: the runs, and then the newest output of each agent, a page at a time.
[[nodiscard]] AwaitableRpc list_resources(const Call& call, const JsonObject& params);

/// `resources/templates/list`.
[[nodiscard]] JsonObject resource_templates();

/// `resources/read`.
[[nodiscard]] AwaitableRpc read_resource(const Call& call, const JsonObject& params);

/// `completion/complete`: of the arguments of templates.
[[nodiscard]] AwaitableRpc complete(const Call& call, const JsonObject& params);

}  // namespace skep::mcp
