#include "mcp/stdio_server.hpp"

#include "mcp/line_pipe.hpp"
#include "mcp/params.hpp"
#include "mcp/running.hpp"
#include "mcp/session.hpp"
#include "mcp/updates.hpp"

#include <skep/isle.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

#include <csignal>
#include <deque>
#include <exception>
#include <utility>

namespace skep::mcp {
namespace {

using boost::asio::awaitable;
using Text = std::shared_ptr<const std::string>;

// Answers that wait to be written; past that no more requests are read.
constexpr std::size_t kMaxWaitingBytes = std::size_t{64} << 20U;

// How soon the end is noticed.
constexpr std::chrono::milliseconds kFollowFor(500);
constexpr std::chrono::milliseconds kListenFor(15'000);

// All of it lives on one thread, that of `run`.
class StdioServer {
 public:
  StdioServer(const Service& service, const Scope& scope, const StdioOptions& options)
      : service_(service),
        options_(options),
        session_(service, scope),
        input_(start_isle<LineInput>([options]() -> Result<std::unique_ptr<LineInput>> {
          return std::make_unique<LineInput>(options.input, options.max_message_bytes);
        })),
        output_(start_isle<LineOutput>([options]() -> Result<std::unique_ptr<LineOutput>> {
          return std::make_unique<LineOutput>(options.output);
        })) {}

  Result<void> run() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) stop();
    });
    spawn(read_lines());
    spawn(write_lines());
    context_.run();
    return std::move(ended_);
  }

 private:
  void spawn(awaitable<void> work) {
    boost::asio::co_spawn(context_, std::move(work), boost::asio::detached);
  }

  // Reads no more; what is under way is cancelled.
  void stop() {
    is_reading_ = false;
    stop_reading_.emit(boost::asio::cancellation_type::terminal);
    running_.cancel_all();
    changed_.cancel();
  }

  awaitable<void> pause(std::chrono::milliseconds time) {
    changed_.expires_after(time);
    boost::system::error_code ignored;
    co_await changed_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }

  awaitable<void> read_lines() {
    while (is_reading_) {
      if (waiting_bytes_ > kMaxWaitingBytes) {
        co_await pause(std::chrono::milliseconds(50));
        continue;
      }
      auto reading = input_.isle.call(
          [](LineInput& input) { return input.next(); }, {},
          boost::asio::bind_cancellation_slot(stop_reading_.slot(), boost::asio::use_awaitable));
      auto line = co_await std::move(reading);
      if (!line && line.error().kind == ErrorKind::kTooLarge) {
        send(error_message({}, {RpcCode::kInvalidRequest, line.error().message}));
        continue;
      }
      if (!line && line.error().kind == ErrorKind::kIo) ended_ = std::unexpected(line.error());
      if (!line || !*line) break;
      take(std::make_shared<const std::string>(std::move(**line)));
    }
    co_await finish();
  }

  // Waits for what is under way, and then for its answers to be written.
  awaitable<void> finish() {
    for (const auto& listen : listens_) running_.cancel(listen);
    const auto deadline = std::chrono::steady_clock::now() + options_.grace;
    is_reading_ = false;
    while (running_.count() != 0 && std::chrono::steady_clock::now() < deadline) {
      co_await pause(std::chrono::milliseconds(20));
    }
    running_.cancel_all();
    while (running_.count() != 0) co_await pause(std::chrono::milliseconds(20));
    is_over_ = true;
    wake_writer_.cancel();
    signals_.cancel();
  }

  void take(const Text& text) {
    if (text->find_first_not_of(" \t\r") == std::string::npos) return;
    const auto json = parse_json(*text);
    if (!json) return send(error_message({}, json.error()));
    // Batches were part of one revision only.
    if (json->is_array() && session_.revision() == Revision::k2025_03_26) {
      spawn(serve_batch(*json));
    } else if (!is_response(*json)) {
      take_message(*json, text);
    }
  }

  void take_message(const JsonValue& json, const Text& text) {
    auto message = read_message(json);
    if (!message) return send(error_message(id_of(json), message.error()));
    if (!message->is_request()) return notice(*message);
    auto request = running_.add(message->id, context_.get_executor());
    if (!request) return send(error_message(message->id, request.error()));
    auto work = message->method == "subscriptions/listen" ? listen(*message, *request)
                                                          : serve(*message, text, *request);
    boost::asio::co_spawn(
        context_, std::move(work),
        boost::asio::bind_cancellation_slot(
            (*request)->cancel.slot(), [this, request = *request, id = message->id](
                                           const std::exception_ptr&) { running_.remove(id); }));
  }

  void notice(const RpcMessage& message) {
    if (message.method != "notifications/cancelled") return;
    if (const JsonValue* id = message.params.if_contains("requestId")) running_.cancel(*id);
  }

  awaitable<OrRpcError<JsonObject>> answer(const RpcMessage& message, std::string_view text) {
    const Notify notify = [this](JsonObject told) { send(std::move(told)); };
    if (is_stateless(message)) {
      return answer_stateless(service_, session_.scope(), message, text, notify);
    }
    return session_.answer(message, text, notify);
  }

  awaitable<void> serve(RpcMessage message, Text text, std::shared_ptr<RunningRequest> request) {
    if (message.method == "resources/subscribe" && !std::exchange(is_following_, true)) {
      // From before the answer on: whoever has it misses nothing.
      const auto updates = std::make_shared<Updates>(service_, session_.scope());
      auto beginning = updates->begin();
      const auto begun = co_await std::move(beginning);
      if (begun) spawn(follow_subscriptions(updates));
    }
    auto answering = answer(message, *text);
    auto result = co_await std::move(answering);
    if (request->is_cancelled) co_return;
    send(result ? result_message(message.id, std::move(*result))
                : error_message(message.id, result.error()));
  }

  // One after another; their answers are one message.
  awaitable<void> serve_batch(JsonValue batch) {
    JsonArray answers;
    for (const JsonValue& item : batch.get_array()) {
      const auto message = read_message(item);
      if (!message) {
        answers.push_back(error_message(id_of(item), message.error()));
      } else if (!message->is_request()) {
        notice(*message);
      } else {
        auto answering = answer(*message, {});
        auto result = co_await std::move(answering);
        answers.push_back(result ? result_message(message->id, std::move(*result))
                                 : error_message(message->id, result.error()));
      }
    }
    if (batch.get_array().empty()) {
      send(error_message({}, {RpcCode::kInvalidRequest, "the batch is empty"}));
    }
    if (!answers.empty()) send_text(boost::json::serialize(answers));
  }

  awaitable<void> listen(RpcMessage message, std::shared_ptr<RunningRequest> request) {
    const auto uris = read_listen(session_.scope(), message);
    if (!uris) {
      send(error_message(message.id, uris.error()));
      co_return;
    }
    Updates updates(service_, session_.scope());
    updates.narrow(*uris);
    auto beginning = updates.begin();
    const auto begun = co_await std::move(beginning);
    if (begun) {
      listens_.push_back(message.id);
      send(acknowledgement(message, *uris));
      co_await boost::asio::this_coro::throw_if_cancelled(false);
      while (!request->is_cancelled) {
        auto waiting = updates.next(kListenFor);
        const auto changed = co_await std::move(waiting);
        if (!changed) break;
        for (const auto& uri : wanted_of(*changed, *uris)) send(updated(uri, message.id));
      }
      std::erase(listens_, message.id);
    }
    // A client that cancelled it expects nothing more.
    if (!request->is_cancelled || !is_reading_) send(listen_end(service_, message));
  }

  awaitable<void> follow_subscriptions(std::shared_ptr<Updates> updates) {
    while (is_reading_) {
      auto waiting = updates->next(kFollowFor);
      const auto changed = co_await std::move(waiting);
      if (!changed) co_return;
      for (const auto& uri : wanted_of(*changed, session_.subscriptions())) send(updated(uri, {}));
    }
  }

  void send(const JsonObject& message) { send_text(boost::json::serialize(message)); }

  void send_text(std::string text) {
    text += '\n';
    waiting_bytes_ += text.size();
    waiting_.push_back(std::move(text));
    wake_writer_.cancel();
  }

  awaitable<void> write_lines() {
    for (;;) {
      while (!waiting_.empty()) {
        std::string text = std::move(waiting_.front());
        waiting_.pop_front();
        waiting_bytes_ -= text.size();
        auto writing = output_.isle.call(
            [text = std::move(text)](LineOutput& output) { return output.write(text); });
        const auto written = co_await std::move(writing);
        if (written) continue;
        ended_ = std::unexpected(written.error());
        waiting_.clear();
        waiting_bytes_ = 0;
        stop();
        co_return;
      }
      if (is_over_) co_return;
      wake_writer_.expires_at(std::chrono::steady_clock::time_point::max());
      boost::system::error_code ignored;
      co_await wake_writer_.async_wait(
          boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
  }

  const Service& service_;
  const StdioOptions options_;
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM};
  boost::asio::steady_timer changed_{context_};
  boost::asio::steady_timer wake_writer_{context_};
  boost::asio::cancellation_signal stop_reading_;
  Session session_;
  Running running_;
  std::deque<JsonValue> listens_;
  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool is_reading_ = true;
  bool is_following_ = false;
  bool is_over_ = false;
  Result<void> ended_;
  StartedIsle<LineInput> input_;
  StartedIsle<LineOutput> output_;
};

}  // namespace

Result<void> serve_stdio(const Service& service, const Scope& scope, const StdioOptions& options) {
  return StdioServer(service, scope, options).run();
}

}  // namespace skep::mcp
