// Notifications of the Model Context Protocol that answer no request.
#pragma once

#include "http/client_shares.hpp"
#include "http/exchange.hpp"
#include "http/mcp_sessions.hpp"
#include "mcp/updates.hpp"

#include <chrono>
#include <memory>
#include <set>
#include <string>

namespace skep::http {

/// What `subscriptions/listen` asked for. `updates` has begun.
[[nodiscard]] std::unique_ptr<BodySource> listen_stream(ClientShares::Share share,
                                                        mcp::JsonValue id,
                                                        std::set<std::string> uris,
                                                        mcp::Updates updates,
                                                        std::chrono::milliseconds ping);

/// What a session has subscribed to, until it ends or another stream of it begins. `number` is what
/// `McpSession::begin_stream` gave.
[[nodiscard]] std::unique_ptr<BodySource> session_stream(const mcp::Service& service,
                                                         ClientShares::Share share,
                                                         std::shared_ptr<McpSession> session,
                                                         std::uint64_t number,
                                                         std::chrono::milliseconds ping);

}  // namespace skep::http
