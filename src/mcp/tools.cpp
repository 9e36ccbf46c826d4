#include "mcp/tools.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <chrono>
#include <exception>
#include <variant>

namespace skep::mcp {
namespace {

using boost::asio::awaitable;
using std::chrono::steady_clock;

using Tool = AwaitableResult (*)(const Call&, const JsonObject&);

struct NamedTool {
  std::string_view name;
  Tool run;
  bool emits = false;
};

constexpr std::array kTools = {
    NamedTool{"emit_output", emit_output, true}, NamedTool{"read_output", read_output},
    NamedTool{"list_run", list_run}, NamedTool{"search_outputs", search_outputs},
    NamedTool{"why_output", why_output}};

const NamedTool* find_tool(std::string_view name, const Scope& scope) {
  for (const NamedTool& tool : kTools) {
    if (tool.name == name && (tool.emits ? scope.may_emit : scope.may_read)) return &tool;
  }
  return nullptr;
}

// What a model can do about it, in a sentence; the message says what happened.
std::string_view advice(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kNotFound:
      return "See which outputs there are with list_run or search_outputs.";
    case ErrorKind::kInvalidArgument:
      return "Correct the arguments and call again.";
    case ErrorKind::kTooLarge:
      return "Make it smaller, or store it as a file.";
    case ErrorKind::kBusy:
    case ErrorKind::kQueueFull:
    case ErrorKind::kTimedOut:
      return "Try again in a moment.";
    case ErrorKind::kNotEnabled:
      return "Use list_run and read_output with grep instead.";
    case ErrorKind::kKeyReused:
      return "Use another idempotency_key for another output.";
    case ErrorKind::kDenied:
      return "Don't try again: ask for other rights.";
    case ErrorKind::kCorrupt:
    case ErrorKind::kBlobMissing:
    case ErrorKind::kBlobAltered:
      return "Don't try again: tell whoever runs the store.";
    default:
      return error.retryable ? "Try again in a moment." : "Tell whoever runs the store.";
  }
}

JsonObject text_block(std::string text) { return {{"type", "text"}, {"text", std::move(text)}}; }

JsonObject failure(const Error& error) {
  std::string text = error.message;
  if (error.outcome == Outcome::kInDoubt) {
    text += ". It may have been stored all the same: look before you emit it again";
  }
  text.append(". ").append(advice(error));
  JsonObject result{{"isError", true}};
  result["content"] = JsonArray{text_block(std::move(text))};
  return result;
}

JsonObject success(ToolResult result, Revision revision) {
  JsonArray content{text_block(std::move(result.text))};
  // Links and structured results came with that revision.
  if (revision >= Revision::k20250618) {
    for (JsonValue& link : result.links) content.push_back(std::move(link));
  }
  JsonObject answer;
  answer["content"] = std::move(content);
  if (revision >= Revision::k20250618) {
    answer["structuredContent"] = std::move(result.structured);
  }
  answer["isError"] = false;
  return answer;
}

// Tells of progress until it is cancelled: bytes where they are known, otherwise seconds.
awaitable<void> tell_of_progress(const Call& call) {
  constexpr std::chrono::milliseconds kEvery(500);
  const auto started = steady_clock::now();
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  double told = 0;
  for (;;) {
    timer.expires_after(kEvery);
    boost::system::error_code error;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error) co_return;
    const std::chrono::duration<double> seconds = steady_clock::now() - started;
    const auto total = static_cast<double>(call.meter->total_bytes.load());
    const auto done = static_cast<double>(call.meter->done_bytes.load());
    const double progress = total > 0 ? done : seconds.count();
    if (progress <= told) continue;
    told = progress;
    call.tell_progress(progress, total, total > 0 ? "bytes" : "seconds");
  }
}

// One that throws, for want of memory, fails alone.
awaitable<Result<ToolResult>> run_safely(const NamedTool& tool, const Call& call,
                                         const JsonObject& arguments) {
  std::string what;
  try {
    auto running = tool.run(call, arguments);
    co_return co_await std::move(running);
  } catch (const std::exception& exception) {
    what = exception.what();
  }
  Error error(ErrorKind::kInternal, "the tool threw: " + what);
  error.outcome = Outcome::kInDoubt;
  co_return std::unexpected(std::move(error));
}

awaitable<Result<ToolResult>> run_tool(const NamedTool& tool, const Call& call,
                                       const JsonObject& arguments) {
  using boost::asio::experimental::awaitable_operators::operator||;
  auto running = run_safely(tool, call, arguments);
  if (call.progress_token.is_null()) co_return co_await std::move(running);
  auto told = std::move(running) || tell_of_progress(call);
  auto ended = co_await std::move(told);
  if (auto* result = std::get_if<0>(&ended)) co_return std::move(*result);
  co_return fail(ErrorKind::kCancelled, "cancelled");
}

}  // namespace

awaitable<OrRpcError<JsonObject>> call_tool(const Call& call, const JsonObject& params) {
  const JsonValue* name = params.if_contains("name");
  if (name == nullptr || !name->is_string()) {
    co_return rpc_fail(RpcCode::kInvalidParams, "'name' must be the name of a tool");
  }
  const std::string name_text(name->get_string().data(), name->get_string().size());
  const NamedTool* tool = find_tool(name_text, call.scope);
  if (tool == nullptr) {
    const bool is_one = find_tool(name_text, Scope()) != nullptr;
    co_return rpc_fail(RpcCode::kInvalidParams,
                       is_one ? name_text + " is not offered to this client: it may not do that"
                              : "unknown tool: " + name_text);
  }
  const JsonObject none;
  const JsonValue* arguments = params.if_contains("arguments");
  if (arguments != nullptr && !arguments->is_object()) {
    co_return rpc_fail(RpcCode::kInvalidParams, "'arguments' must be an object");
  }
  const auto started = steady_clock::now();
  auto running = run_tool(*tool, call, arguments != nullptr ? arguments->get_object() : none);
  auto result = co_await std::move(running);
  const std::chrono::duration<double, std::milli> took = steady_clock::now() - started;
  JsonObject told{{"tool", name_text}, {"milliseconds", took.count()}};
  if (!result) {
    told["error"] = to_string(result.error().kind);
    told["message"] = result.error().message;
    call.log(LogLevel::kWarning, std::move(told));
    co_return failure(result.error());
  }
  call.log(LogLevel::kInfo, std::move(told));
  co_return success(std::move(*result), call.revision);
}

}  // namespace skep::mcp
