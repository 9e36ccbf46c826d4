#include "remote/client.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/verb.hpp>

#include <exception>
#include <utility>

namespace skep::remote {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t kMaxQueuedCount = 65'536;

// Less than a server waits for the next request.
constexpr std::chrono::seconds kMaxIdle{60};

bool was_closed(error_code code) {
  return code == http::error::end_of_stream || code == asio::error::eof ||
         code == asio::error::connection_reset || code == asio::error::broken_pipe ||
         code == asio::ssl::error::stream_truncated;
}

Error closed_error() { return {ErrorKind::kClosed, "the store is closed"}; }

}  // namespace

Client::Client(ClientSettings settings)
    : settings_(std::move(settings)), work_(context_.get_executor()) {
  short_lane_.free_count = settings_.max_connections;
  waiting_lane_.free_count = settings_.max_connections;
  thread_ = std::thread([this] { context_.run(); });
}

Client::~Client() {
  asio::post(context_, [this] {
    begin_close();
    work_.reset();
  });
  thread_.join();
}

Awaitable<Answer> Client::send(Request request, CallOptions options) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Result<Answer>)>(
      [](auto handler, Client* client, Request sent, CallOptions call_options) {
        auto waiter = detail::make_waiter<Answer>(std::move(handler));
        auto* watcher = waiter.get();
        auto exchange = std::make_shared<Exchange>(std::move(sent), std::move(waiter));
        watcher->watch(call_options, [client, weak = std::weak_ptr(exchange)](ErrorKind reason) {
          asio::post(client->context_, [weak, reason] {
            const auto live = weak.lock();
            if (live) live->stop(detail::given_up(reason, Outcome::kNotApplied));
          });
        });
        asio::post(client->context_,
                   [client, exchange = std::move(exchange)] { client->submit(exchange); });
      },
      asio::use_awaitable, this, std::move(request), options);
}

Awaitable<void> Client::close() {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Result<void>)>(
      [](auto handler, Client* client) {
        auto waiter = detail::make_waiter<void>(std::move(handler));
        asio::post(client->context_, [client, waiter = std::move(waiter)]() mutable {
          client->close_waiters_.push_back(std::move(waiter));
          client->begin_close();
        });
      },
      asio::use_awaitable, this);
}

void Client::submit(const std::shared_ptr<Exchange>& exchange) {
  if (exchange->ended()) return;
  if (closed_) return exchange->fail(closed_error());
  Lane& lane = exchange->request().waits ? waiting_lane_ : short_lane_;
  if (lane.free_count > 0) {
    under_way_.insert(exchange);
    start(lane, exchange);
  } else if (lane.queue.size() < kMaxQueuedCount) {
    under_way_.insert(exchange);
    lane.queue.push_back(exchange);
  } else {
    Error error(ErrorKind::kQueueFull, std::to_string(kMaxQueuedCount) +
                                           " requests wait for a connection; try again later");
    error.retryable = true;
    exchange->fail(std::move(error));
  }
}

void Client::start(Lane& lane, std::shared_ptr<Exchange> exchange) {
  --lane.free_count;
  auto running = run(exchange);
  asio::co_spawn(context_, std::move(running),
                 [this, &lane, exchange = std::move(exchange)](std::exception_ptr thrown) {
                   if (thrown) {
                     exchange->fail(Error(ErrorKind::kInternal, "the request could not be sent"));
                   }
                   ended(lane, exchange);
                 });
}

void Client::ended(Lane& lane, const std::shared_ptr<Exchange>& exchange) {
  under_way_.erase(exchange);
  ++lane.free_count;
  while (lane.free_count > 0 && !lane.queue.empty()) {
    auto next = std::move(lane.queue.front());
    lane.queue.pop_front();
    if (next->ended()) {
      under_way_.erase(next);
    } else {
      start(lane, std::move(next));
    }
  }
  if (closed_) finish_close();
}

void Client::begin_close() {
  closed_ = true;
  for (const auto& exchange : under_way_) {
    if (exchange->request().waits) {
      exchange->stop(detail::given_up(ErrorKind::kClosed, Outcome::kNotApplied));
    }
  }
  finish_close();
}

void Client::finish_close() {
  if (!under_way_.empty()) return;
  idle_.clear();
  for (auto& waiter : std::exchange(close_waiters_, {})) complete(std::move(waiter), {});
}

asio::awaitable<void> Client::run(std::shared_ptr<Exchange> exchange) {
  const Connection::Message message = message_of(exchange->request());
  // A request that must not go out twice can't risk a connection that the server gave up.
  bool fresh = !exchange->request().repeatable();
  for (;;) {
    std::shared_ptr<Connection> connection = fresh ? nullptr : take_idle();
    const bool reused = connection != nullptr;
    if (!reused) {
      connection = Connection::make(context_.get_executor(), settings_.endpoint,
                                    settings_.tls ? &*settings_.tls : nullptr);
      const bool is_open = co_await open(exchange, connection);
      if (!is_open) co_return;
    }
    exchange->use(connection);
    exchange->sending();
    const auto source = exchange->request().source;
    const error_code code = co_await connection->round_trip(
        message, source.get(), settings_.max_answer_bytes, exchange->request().save_to);
    if (exchange->ended()) co_return;
    if (auto failure = connection->take_source_failure()) {
      exchange->fail_unsent(std::move(*failure));
      co_return;
    }
    auto reply = connection->take_reply();
    // What a server says to a connection that idles is no answer.
    const bool idled = reused && !code && reply.result() == http::status::request_timeout;
    if (!code && !idled) {
      if (connection->reusable()) {
        idle_.push_back({std::move(connection), std::chrono::steady_clock::now()});
      }
      exchange->finish(Answer(reply.result_int(), std::move(reply.body())));
      co_return;
    }
    const bool stale = idled || (was_closed(code) && !connection->heard_something());
    if (!reused || !stale) {
      exchange->fail(failure(code));
      co_return;
    }
    // Others that idled for as long are gone too.
    idle_.clear();
    fresh = true;
  }
}

// Whether it is open, and `exchange` still wants it.
asio::awaitable<bool> Client::open(std::shared_ptr<Exchange> exchange,
                                   std::shared_ptr<Connection> connection) {
  exchange->use(connection);
  asio::steady_timer deadline(context_, settings_.connect_timeout);
  deadline.async_wait([this, exchange](error_code error) {
    if (error) return;
    Error late(ErrorKind::kInternal, "cannot reach " + settings_.endpoint.url +
                                         ": no connection within " +
                                         std::to_string(settings_.connect_timeout.count()) + " ms");
    late.retryable = true;
    exchange->stop(std::move(late));
  });
  auto opened = co_await connection->open();
  // If the deadline can't be cancelled any more, it has ended the exchange, or is about to.
  const bool is_open = opened.has_value() && deadline.cancel() == 1;
  if (!opened) exchange->fail(std::move(opened.error()));
  co_return is_open && !exchange->ended();
}

std::shared_ptr<Connection> Client::take_idle() {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(idle_, [now](const Idle& idle) { return now - idle.since > kMaxIdle; });
  if (idle_.empty()) return nullptr;
  // The one used last: the server closes the others in peace.
  auto connection = std::move(idle_.back().connection);
  idle_.pop_back();
  return connection;
}

Connection::Message Client::message_of(Request& request) const {
  Connection::Message message(request.writes() ? http::verb::post : http::verb::get, request.target,
                              11);
  message.set(http::field::host, settings_.endpoint.authority);
  message.set(http::field::user_agent, "skep");
  message.set(http::field::accept, "application/json");
  if (!settings_.token.empty()) {
    message.set(http::field::authorization, "Bearer " + settings_.token);
  }
  if (!request.idempotency_key.empty()) message.set("Idempotency-Key", request.idempotency_key);
  if (request.writes()) {
    if (!request.content_type.empty()) {
      message.set(http::field::content_type, request.content_type);
    }
    message.body() = std::move(request.body);
    if (request.source) {
      message.chunked(true);
    } else {
      message.prepare_payload();
    }
  }
  if (!request.range.empty()) message.set(http::field::range, "bytes=" + request.range);
  return message;
}

Error Client::failure(error_code code) const {
  const std::string& url = settings_.endpoint.url;
  if (code == http::error::body_limit) {
    return {ErrorKind::kTooLarge, "the answer of " + url + " takes more than " +
                                      std::to_string(settings_.max_answer_bytes) +
                                      " bytes; ask for fewer records at a time"};
  }
  Error error(ErrorKind::kInternal, url + " gave no answer: " + code.message());
  if (was_closed(code)) error.message = url + " closed the connection before it answered";
  if (code == http::error::partial_message) error.message = "the answer of " + url + " broke off";
  error.retryable = was_closed(code) || code == http::error::partial_message;
  return error;
}

}  // namespace skep::remote
