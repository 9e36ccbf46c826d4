// The Model Context Protocol at /mcp, as "Streamable HTTP" has it.
#include "http/handlers.hpp"
#include "http/mcp_exchange.hpp"
#include "http/mcp_headers.hpp"
#include "http/mcp_streams.hpp"
#include "http/too_many.hpp"
#include "mcp/params.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/json/serialize.hpp>

#include <limits>
#include <utility>

namespace skep::http {
namespace {

using beast_http::status;
using mcp::RpcCode;

constexpr const char* kSessionHeader = "Mcp-Session-Id";

Response error_response(const mcp::JsonValue& id, const mcp::RpcError& error, status code) {
  return mcp_response(mcp::error_message(id, error), code);
}

Response accepted() {
  Response response("", "");
  response.status = status::accepted;
  return response;
}

bool wants_progress(const mcp::RpcMessage& message) {
  return !mcp::progress_token_of(message.params).is_null();
}

AwaitableAnswer listen(Service& service, const Request& request, mcp::RpcMessage message) {
  const mcp::Scope scope = scope_of(request.claims);
  auto uris = mcp::read_listen(scope, message);
  if (!uris) co_return error_response(message.id, uris.error(), mcp_status_of(uris.error()));
  auto [share, refusal] = service.streams.take(request.client);
  if (!share) co_return too_many(refusal, "streams");
  mcp::Updates updates(service.mcp, scope);
  updates.narrow(*uris);
  auto beginning = updates.begin();
  const auto begun = co_await std::move(beginning);
  if (!begun) co_return refuse(begun.error());
  co_return mcp_stream(listen_stream(std::move(*share), std::move(message.id), std::move(*uris),
                                     std::move(updates), service.options.stream_ping));
}

AwaitableAnswer serve_stateless(Service& service, Request& request, mcp::RpcMessage message) {
  if (auto meta = mcp::check_stateless(message); !meta) {
    co_return error_response(message.id, meta.error(), status::bad_request);
  }
  if (auto headers = check_headers(request, message); !headers) {
    co_return error_response(message.id, headers.error(), status::bad_request);
  }
  if (!message.is_request()) co_return accepted();
  if (message.method == "subscriptions/listen") {
    auto listening = listen(service, request, std::move(message));
    co_return co_await std::move(listening);
  }
  const mcp::JsonObject& meta = *mcp::object_of(message.params, "_meta");
  const bool streams = wants_progress(message) || meta.contains(mcp::kLogLevelMeta);
  const auto executor = co_await boost::asio::this_coro::executor;
  auto exchange = std::make_shared<McpExchange>(
      service.mcp, scope_of(request.claims), std::move(message), std::move(request.body), nullptr,
      std::make_shared<mcp::RunningRequest>(executor));
  exchange->start();
  auto exchanging = answer_exchange(service, request, std::move(exchange), streams);
  co_return co_await std::move(exchanging);
}

AwaitableAnswer begin_session(Service& service, const Request& request,
                              const mcp::RpcMessage& message) {
  auto session = std::make_shared<McpSession>(service.mcp, request.claims, request.client);
  auto answering = session->session.answer(message, {}, {});
  const auto result = co_await std::move(answering);
  if (!result) co_return error_response(message.id, result.error(), status::bad_request);
  const auto name = service.mcp_sessions.add(std::move(session));
  if (!name) co_return refuse(name.error());
  Response response = mcp_response(mcp::result_message(message.id, *result));
  response.headers.emplace_back(kSessionHeader, *name);
  co_return response;
}

// The session that the request names; in `problem` why there is none.
std::shared_ptr<McpSession> session_of(Service& service, const Request& request,
                                       const mcp::JsonValue& id, std::optional<Response>& problem) {
  const auto name = request.headers.find(kSessionHeader);
  if (name == request.headers.end()) {
    problem = error_response(id,
                             {RpcCode::kInvalidRequest,
                              "no Mcp-Session-Id: begin with 'initialize', or say in '_meta' which "
                              "revision you speak"},
                             status::bad_request);
    return nullptr;
  }
  auto session = service.mcp_sessions.find(std::string(name->value()), request.claims);
  if (!session) {
    problem = error_response(id, {RpcCode::kInvalidRequest, "no such session: begin a new one"},
                             status::not_found);
    return nullptr;
  }
  const std::string version(request.headers["MCP-Protocol-Version"]);
  if (!version.empty() && version != mcp::to_string(*session->session.revision())) {
    problem = error_response(
        id, {RpcCode::kInvalidRequest, "MCP-Protocol-Version is not the session's revision"},
        status::bad_request);
    return nullptr;
  }
  return session;
}

// A first subscription begins before it is answered: whoever has the answer misses nothing.
Awaitable<void> prepare_subscription(Service& service, const mcp::RpcMessage& message,
                                     McpSession& session) {
  const bool is_first =
      message.method == "resources/subscribe" && session.session.subscriptions().empty();
  if (!is_first) co_return Result<void>();
  mcp::Updates updates(service.mcp, session.session.scope());
  auto beginning = updates.begin();
  const auto begun = co_await std::move(beginning);
  if (begun) session.begin_at(updates.position());
  co_return begun;
}

AwaitableAnswer serve_in_session(Service& service, Request& request, mcp::RpcMessage message,
                                 std::shared_ptr<McpSession> session) {
  if (!message.is_request()) {
    const mcp::JsonValue* id = message.params.if_contains("requestId");
    if (message.method == "notifications/cancelled" && id != nullptr) session->running.cancel(*id);
    co_return accepted();
  }
  auto preparing = prepare_subscription(service, message, *session);
  const auto begun = co_await std::move(preparing);
  if (!begun) co_return refuse(begun.error());
  auto running = session->running.add(message.id, co_await boost::asio::this_coro::executor);
  if (!running) co_return error_response(message.id, running.error(), status::ok);
  const bool streams = wants_progress(message) || session->session.wants_log();
  auto exchange = std::make_shared<McpExchange>(service.mcp, session->session.scope(),
                                                std::move(message), std::move(request.body),
                                                std::move(session), std::move(*running));
  exchange->start();
  auto exchanging = answer_exchange(service, request, std::move(exchange), streams);
  co_return co_await std::move(exchanging);
}

// One after another, as one revision allows; their answers are one array.
AwaitableAnswer serve_batch(Service& service, Request& request, mcp::JsonArray batch) {
  std::optional<Response> problem;
  const auto session = session_of(service, request, {}, problem);
  if (!session) co_return std::move(*problem);
  if (session->session.revision() != mcp::Revision::k20250326 || batch.empty()) {
    co_return error_response({}, {RpcCode::kInvalidRequest, "one message at a time"},
                             status::bad_request);
  }
  mcp::JsonArray answers;
  for (mcp::JsonValue& item : batch) {
    const auto id = mcp::id_of(item);
    const auto message = mcp::read_message(std::move(item));
    if (!message) {
      answers.push_back(mcp::error_message(id, message.error()));
    } else if (message->is_request()) {
      auto preparing = prepare_subscription(service, *message, *session);
      const auto prepared = co_await std::move(preparing);
      if (!prepared) co_return refuse(prepared.error());
      auto answering = session->session.answer(*message, {}, {});
      const auto result = co_await std::move(answering);
      answers.push_back(result ? mcp::result_message(message->id, *result)
                               : mcp::error_message(message->id, result.error()));
    }
  }
  if (answers.empty()) co_return accepted();
  co_return mcp_response(std::move(answers));
}

}  // namespace

AwaitableAnswer post_mcp(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  auto json = mcp::parse_json(request.body);
  if (!json && json.error().code == RpcCode::kInvalidRequest) {
    co_return refuse(status::payload_too_large, "too_large", json.error().message);
  }
  if (!json) co_return error_response({}, json.error(), status::bad_request);
  if (auto* batch = json->if_array()) {
    auto serving = serve_batch(service, request, std::move(*batch));
    co_return co_await std::move(serving);
  }
  if (mcp::is_response(*json)) co_return accepted();
  const auto id = mcp::id_of(*json);
  auto message = mcp::read_message(std::move(*json));
  if (!message) co_return error_response(id, message.error(), status::bad_request);
  const std::string version(request.headers["MCP-Protocol-Version"]);
  const auto revision = mcp::revision_of(version);
  if (mcp::is_stateless(*message) || (revision && mcp::is_stateless(*revision))) {
    auto serving = serve_stateless(service, request, std::move(*message));
    co_return co_await std::move(serving);
  }
  if (message->method == "initialize" && message->is_request()) {
    auto beginning = begin_session(service, request, *message);
    co_return co_await std::move(beginning);
  }
  std::optional<Response> problem;
  auto session = session_of(service, request, message->id, problem);
  if (!session) co_return std::move(*problem);
  auto serving = serve_in_session(service, request, std::move(*message), std::move(session));
  co_return co_await std::move(serving);
}

AwaitableAnswer stream_mcp(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  std::optional<Response> problem;
  auto session = session_of(service, request, {}, problem);
  if (!session) co_return std::move(*problem);
  std::optional<std::int64_t> last_seen;
  if (const auto last = request.headers.find("Last-Event-ID"); last != request.headers.end()) {
    const auto seq = mcp::parse_number({last->value().data(), last->value().size()},
                                       std::numeric_limits<std::int64_t>::max());
    if (!seq) co_return bad_request("Last-Event-ID must be the id of an event of this stream");
    last_seen = static_cast<std::int64_t>(*seq);
  }
  auto [share, refusal] = service.streams.take(request.client);
  if (!share) co_return too_many(refusal, "streams");
  const std::uint64_t number = session->begin_stream(last_seen);
  co_return mcp_stream(session_stream(service.mcp, std::move(*share), std::move(session), number,
                                      service.options.stream_ping));
}

AwaitableAnswer end_mcp(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  std::optional<Response> problem;
  if (!session_of(service, request, {}, problem)) co_return std::move(*problem);
  service.mcp_sessions.end(std::string(request.headers[kSessionHeader]));
  Response response(std::string{});
  response.status = status::no_content;
  co_return response;
}

}  // namespace skep::http
