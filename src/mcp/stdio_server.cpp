#include "mcp/stdio_server.hpp"

#include "mcp/line_pipe.hpp"
#include "mcp/outbox.hpp"
#include "mcp/params.hpp"
#include "mcp/running.hpp"
#include "mcp/session.hpp"
#include "mcp/store_error.hpp"
#include "mcp/updates.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <exception>
#include <utility>

namespace skep::mcp {
namespace {

using boost::asio::awaitable;
using boost::asio::cancellation_type;
using std::chrono::steady_clock;
using Text = std::shared_ptr<const std::string>;

// Messages that wait to be written; past that no more are read, and nothing is told.
constexpr std::size_t kMaxWaitingBytes = std::size_t{64} << 20U;

constexpr std::chrono::milliseconds kListenFor(15'000);
constexpr std::chrono::milliseconds kTryAgain(1'000);
constexpr std::chrono::milliseconds kLookAgain(20);

// All of it lives on one thread, that of `run`.
class StdioServer {
 public:
  StdioServer(const Service& service, const Scope& scope, const StdioOptions& options)
      : service_(service),
        options_(options),
        session_(service, scope),
        outbox_(context_, options.output),
        input_(start_isle<LineInput>([options]() -> Result<std::unique_ptr<LineInput>> {
          return std::make_unique<LineInput>(options.input, options.max_message_bytes);
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

  // Reads no more; what is under way is cancelled. Whoever asks once more does not want to wait.
  void stop() {
    is_reading_ = false;
    is_stopped_ = true;
    signals_.clear();
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    stop_reading_.emit(cancellation_type::terminal);
    running_.cancel_all();
  }

  static awaitable<void> pause(std::chrono::milliseconds time) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }

  // Until the client has read some of what it was told.
  awaitable<void> wait_for_room() {
    while (outbox_.waiting_bytes() > kMaxWaitingBytes && is_reading_) co_await pause(kLookAgain);
  }

  awaitable<void> read_lines() {
    while (is_reading_) {
      co_await wait_for_room();
      auto reading = input_.isle.call(
          [](LineInput& input) { return input.next(); }, {},
          boost::asio::bind_cancellation_slot(stop_reading_.slot(), boost::asio::use_awaitable));
      auto line = co_await std::move(reading);
      if (!line && line.error().kind == ErrorKind::kTooLarge) {
        outbox_.send(error_message({}, {RpcCode::kInvalidRequest, line.error().message}));
        continue;
      }
      if (!line && line.error().kind == ErrorKind::kIo) ended_ = std::unexpected(line.error());
      if (!line || !*line) break;
      take(std::make_shared<const std::string>(std::move(**line)));
    }
    co_await finish();
  }

  awaitable<void> write_lines() {
    auto writing = outbox_.run();
    const auto written = co_await std::move(writing);
    has_written_ = true;
    if (written || written.error().kind == ErrorKind::kCancelled) co_return;
    ended_ = std::unexpected(written.error());
    stop();
  }

  // Waits for what is under way, and then for its answers to be written.
  awaitable<void> finish() {
    is_reading_ = false;
    for (const JsonValue& listen : listens_) running_.cancel(listen);
    stop_following_.emit(cancellation_type::terminal);
    const auto deadline = steady_clock::now() + options_.grace;
    while (running_.count() != 0 && steady_clock::now() < deadline) co_await pause(kLookAgain);
    running_.cancel_all();
    while (running_.count() != 0) co_await pause(kLookAgain);
    outbox_.end();
    const auto written_by = steady_clock::now() + (is_stopped_ ? kTryAgain : options_.grace);
    while (!has_written_ && steady_clock::now() < written_by) co_await pause(kLookAgain);
    outbox_.abandon();
    signals_.cancel();
  }

  void take(const Text& text) {
    if (text->find_first_not_of(" \t\r") == std::string::npos) return;
    const auto json = parse_json(*text);
    if (!json) return outbox_.send(error_message({}, json.error()));
    // Batches were part of one revision only.
    if (json->is_array() && session_.revision() == Revision::k20250326) {
      // An id that no client can send.
      start(JsonArray{++batch_count_},
            [this, batch = *json](const auto& request) { return serve_batch(batch, request); });
    } else if (!is_response(*json)) {
      take_message(*json, text);
    }
  }

  void take_message(const JsonValue& json, const Text& text) {
    auto message = read_message(json);
    if (!message) return outbox_.send(error_message(id_of(json), message.error()));
    if (!message->is_request()) return notice(*message);
    start(message->id, [this, message = *message, text](const auto& request) {
      return message.method == "subscriptions/listen" ? listen(message, request)
                                                      : serve(message, text, request);
    });
  }

  template <class Work>
  void start(const JsonValue& id, Work work) {
    auto request = running_.add(id, context_.get_executor());
    if (!request)
      return outbox_.send(error_message(id.is_array() ? JsonValue() : id, request.error()));
    boost::asio::co_spawn(
        context_, work(*request),
        boost::asio::bind_cancellation_slot(
            (*request)->cancel.slot(),
            [this, request = *request, id](const std::exception_ptr&) { running_.remove(id); }));
  }

  void notice(const RpcMessage& message) {
    if (message.method != "notifications/cancelled") return;
    if (const JsonValue* id = message.params.if_contains("requestId")) running_.cancel(*id);
  }

  awaitable<JsonObject> answer(const RpcMessage& message, std::string_view text) {
    if (message.method == "resources/subscribe") {
      auto starting = start_following();
      const auto started = co_await std::move(starting);
      if (!started) co_return error_message(message.id, rpc_error_of(started.error()));
    }
    const Notify notify = [this](JsonObject told) { outbox_.send(std::move(told)); };
    auto answering = is_stateless(message)
                         ? answer_stateless(service_, session_.scope(), message, text, notify)
                         : session_.answer(message, text, notify);
    auto result = co_await std::move(answering);
    co_return result ? result_message(message.id, std::move(*result))
                     : error_message(message.id, result.error());
  }

  awaitable<void> serve(RpcMessage message, Text text, std::shared_ptr<RunningRequest> request) {
    auto answering = answer(message, *text);
    auto answered = co_await std::move(answering);
    if (!request->is_cancelled) outbox_.send(std::move(answered));
  }

  // One after another; their answers are one message.
  awaitable<void> serve_batch(JsonValue batch, std::shared_ptr<RunningRequest> request) {
    JsonArray answers;
    for (const JsonValue& item : batch.get_array()) {
      const auto message = read_message(item);
      if (is_response(item)) continue;
      if (!message) {
        answers.push_back(error_message(id_of(item), message.error()));
      } else if (!message->is_request()) {
        notice(*message);
      } else {
        auto answering = answer(*message, {});
        answers.push_back(co_await std::move(answering));
      }
    }
    if (batch.get_array().empty()) {
      outbox_.send(error_message({}, {RpcCode::kInvalidRequest, "the batch is empty"}));
    }
    if (!answers.empty() && !request->is_cancelled) outbox_.send(std::move(answers));
  }

  awaitable<void> listen(RpcMessage message, std::shared_ptr<RunningRequest> request) {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    const auto uris = read_listen(session_.scope(), message);
    if (!uris) {
      outbox_.send(error_message(message.id, uris.error()));
      co_return;
    }
    Updates updates(service_, session_.scope());
    updates.narrow(*uris);
    listens_.push_back(message.id);
    auto beginning = updates.begin();
    const auto begun = co_await std::move(beginning);
    if (begun) outbox_.send(acknowledgement(message.id, *uris));
    while (begun && !request->is_cancelled) {
      co_await wait_for_room();
      auto waiting = updates.next(kListenFor);
      const auto changed = co_await std::move(waiting);
      if (!changed) break;
      for (const auto& uri : wanted_of(*changed, *uris)) outbox_.send(updated(uri, message.id));
    }
    std::erase(listens_, message.id);
    if (request->is_cancelled && is_reading_) co_return;  // The client expects nothing more.
    const bool has_failed = !begun && is_reading_;
    outbox_.send(has_failed ? error_message(message.id, rpc_error_of(begun.error()))
                            : listen_end(service_, message));
  }

  // Begins before the first subscription is answered: whoever has the answer misses nothing.
  awaitable<Result<void>> start_following() {
    while (is_beginning_) co_await pause(kLookAgain);
    if (is_following_) co_return Result<void>();
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    is_beginning_ = true;
    const auto updates = std::make_shared<Updates>(service_, session_.scope());
    auto beginning = updates->begin();
    auto begun = co_await std::move(beginning);
    is_beginning_ = false;
    is_following_ = begun.has_value();
    co_await boost::asio::this_coro::throw_if_cancelled(true);
    if (begun) {
      boost::asio::co_spawn(
          context_, follow_subscriptions(updates),
          boost::asio::bind_cancellation_slot(stop_following_.slot(), boost::asio::detached));
    }
    co_return begun;
  }

  awaitable<void> follow_subscriptions(std::shared_ptr<Updates> updates) {
    while (is_reading_) {
      co_await wait_for_room();
      auto waiting = updates->next(kListenFor);
      const auto changed = co_await std::move(waiting);
      if (changed) {
        const auto wanted = wanted_of(*changed, session_.subscriptions());
        for (const std::string& uri : wanted) outbox_.send(updated(uri, {}));
      } else if (is_reading_) {
        co_await pause(kTryAgain);  // The server behind it may come back.
      }
    }
  }

  const Service& service_;
  const StdioOptions options_;
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM};
  boost::asio::cancellation_signal stop_reading_;
  boost::asio::cancellation_signal stop_following_;
  Session session_;
  Running running_;
  Outbox outbox_;
  std::deque<JsonValue> listens_;
  std::int64_t batch_count_ = 0;
  bool is_reading_ = true;
  bool is_stopped_ = false;
  bool is_beginning_ = false;
  bool is_following_ = false;
  bool has_written_ = false;
  Result<void> ended_;
  StartedIsle<LineInput> input_;
};

}  // namespace

Result<void> serve_stdio(const Service& service, const Scope& scope, const StdioOptions& options) {
  return StdioServer(service, scope, options).run();
}

}  // namespace skep::mcp
