#include "http/session.hpp"

#include "http/body_stream.hpp"
#include "http/message_reader.hpp"
#include "http/message_writer.hpp"
#include "http/peer.hpp"
#include "http/served_request.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <utility>

namespace skep::http {
namespace {

using boost::asio::awaitable;
using boost::asio::ip::tcp;
using std::chrono::steady_clock;

// A stream as its peer left it is read off for so long and so far, so that an answer which ends the
// connection is not lost with it.
constexpr std::chrono::seconds kLinger(2);
constexpr std::chrono::milliseconds kLingerAtStop(200);
constexpr std::size_t kLingerBytes = std::size_t{16} << 20U;

// How often it is looked whether the token of a stream still holds.
constexpr std::chrono::seconds kTokenCheck(1);

class StreamSession final : public Session {
 public:
  StreamSession(net::Stream stream, std::string address, Service& service, Router& router,
                bool has_room)
      : stream_(std::move(stream)),
        address_(std::move(address)),
        service_(service),
        has_room_(has_room),
        gate_(service, router, address_),
        reader_(stream_, service, OnRead{this}),
        writer_(stream_, OnWrite{this}, OnRest{this}) {}

  awaitable<void> run() override {
    const auto self = shared_from_this();
    if (!co_await shake_hands()) co_return;
    if (has_room_) {
      bool goes_on = !service_.stopping;
      while (goes_on) goes_on = co_await serve();
    } else {
      co_await refuse_connection();
    }
    co_await say_goodbye();
  }

  void close() override {
    boost::system::error_code ignored;
    stream_.socket().close(ignored);
  }

 private:
  enum class Phase { kHeader, kBody };

  // Where a wait begins, its deadline does. A header as a whole has one, a body one for each piece.
  struct OnRead {
    StreamSession* session;
    void operator()(bool has_begun) const { session->begin_reading(has_begun); }
  };
  struct OnWrite {
    StreamSession* session;
    void operator()() const { session->wait_for(session->service_.options.write_timeout); }
  };
  struct OnRest {
    StreamSession* session;
    void operator()() const { session->deadline_ = kNever; }
  };

  void interrupt() override {
    boost::system::error_code ignored;
    stream_.socket().cancel(ignored);
  }

  void wait_for(std::chrono::milliseconds timeout) { deadline_ = steady_clock::now() + timeout; }

  void begin_reading(bool has_begun) {
    if (phase_ == Phase::kBody) {
      wait_for(service_.options.body_timeout);
    } else if (!has_begun) {
      is_waiting_ = true;
      wait_for(service_.options.idle_timeout);
    } else if (std::exchange(is_waiting_, false) || deadline_ == kNever) {
      wait_for(service_.options.header_timeout);
    }
  }

  awaitable<bool> shake_hands() {
    if (stream_.tls() == nullptr) co_return true;
    wait_for(service_.options.header_timeout);
    auto [error] = co_await stream_.tls()->async_handshake(net::Stream::Tls::server, kAsTuple);
    deadline_ = kNever;
    co_return !error;
  }

  awaitable<void> refuse_connection() {
    ServedRequest request = unknown_request();
    Problem problem = overloaded("the server has as many connections as it takes");
    co_await refuse_and_close(request, std::move(problem));
  }

  // Serves one request; false if it was the last.
  awaitable<bool> serve() {
    phase_ = Phase::kHeader;
    deadline_ = kNever;
    timed_out_ = false;
    const auto end = co_await reader_.read_header();
    is_waiting_ = false;
    deadline_ = kNever;
    using End = decltype(reader_)::HeaderEnd;
    if (end == End::kClosed) co_return false;
    if (end == End::kInterrupted) {
      if (!timed_out_ || !reader_.has_begun()) co_return false;
      ServedRequest unknown = unknown_request();
      co_return co_await refuse_and_close(unknown, late("header"));
    }
    if (end == End::kRefused) {
      ServedRequest unknown = unknown_request();
      co_return co_await refuse_and_close(unknown, std::move(reader_.refusal()));
    }
    ServedRequest request =
        begin_request(reader_.header(), reader_.keep_alive(), reader_.has_body());
    auto answer = co_await answer_to(request);
    if (service_.stopping) request.envelope.keep_alive = false;
    if (!answer) {
      note(request, answer.error());
      if (request.is_unread) {
        co_return co_await refuse_and_close(request, std::move(answer.error()));
      }
      answer = response_of(answer.error(), request.context);
    }
    BodyMemory memory(service_, request.context.client);
    const auto room = memory.grow_to(answer->body.size());
    // What was stored is answered in any case; such an answer is short.
    if (!room && request.method == "GET") {
      request.detail = room.error().detail;
      answer = response_of(room.error(), request.context);
    }
    co_return co_await finish(request, std::move(*answer));
  }

  awaitable<Answer> answer_to(ServedRequest& request) {
    if (auto framed = check_framing(reader_.header()); !framed) {
      request.is_unread = true;  // where it ends is not known
      co_return std::unexpected(std::move(framed.error()));
    }
    auto admission = gate_.admit(reader_.header(), request.context);
    if (!admission) {
      if (!request.context.is_sound) request.is_unread = true;
      co_return std::unexpected(std::move(admission.error()));
    }
    request.endpoint = admission->endpoint;
    const bool expects = !admission->request.header(beast_http::field::expect).empty();
    if (expects && reader_.has_body_to_wait_for() && request.envelope.version == 11) {
      if (!co_await writer_.write_continue()) co_return interrupted(request);
    }
    phase_ = Phase::kBody;
    if (admission->endpoint != nullptr && admission->endpoint->route.body == BodyKind::kStream) {
      co_return co_await answer_while_reading(request, *admission);
    }
    BodyMemory memory(service_, request.context.client);
    const auto read = co_await reader_.read_body(admission->request.body, admission->is_text,
                                                 admission->max_body_bytes, memory);
    deadline_ = kNever;
    request.is_unread = !read || !*read;
    if (!read) co_return std::unexpected(read.error());
    if (!*read) co_return interrupted(request);
    if (admission->answer) co_return std::move(*admission->answer);
    request.was_handled = true;
    if (admission->endpoint->route.may_take_long) {
      co_return co_await handle_while_wanted(service_, *admission,
                                             stream_.socket().native_handle());
    }
    co_return co_await handle(service_, *admission);
  }

  awaitable<Answer> answer_while_reading(ServedRequest& request, Admission& admission) {
    const auto body = std::make_shared<BodyStream<decltype(reader_), OnRest>>(
        reader_, admission.max_body_bytes, OnRest{this});
    admission.request.source = body;
    request.was_handled = true;
    auto answer = co_await handle(service_, admission);
    request.is_unread = !body->has_ended();
    if (body->was_interrupted()) co_return interrupted(request);
    if (body->problem()) co_return std::unexpected(*body->problem());
    co_return answer;
  }

  // If the connection is gone, nobody reads this.
  [[nodiscard]] std::unexpected<Problem> interrupted(ServedRequest& request) const {
    request.is_abandoned = !timed_out_;
    if (!timed_out_) return bad_request("the connection ended");
    return std::unexpected(late("body"));
  }

  awaitable<bool> finish(ServedRequest& request, Response response) {
    const auto status = static_cast<unsigned>(response.status);
    bool goes_on = request.envelope.keep_alive;
    request.envelope.varies_by_origin = !service_.options.cors_origins.empty();
    if (response.source && !response.length && !request.envelope.is_head) {
      goes_on = false;
      request.envelope.keep_alive = false;
      co_await stream_until_cut(response, request);
    } else if (!co_await writer_.write(std::move(response), request.envelope, request.context)) {
      goes_on = false;
    }
    deadline_ = kNever;
    goes_on = goes_on && !service_.stopping;
    linger_ = !goes_on;
    tell(service_, request, address_, status, {reader_.received_bytes(), writer_.written_bytes()});
    co_return goes_on;
  }

  // Streams until the peer goes away. What has no end ends with its token, and with the server.
  awaitable<void> stream_until_cut(Response& response, const ServedRequest& request) {
    using boost::asio::experimental::awaitable_operators::operator||;
    is_streaming_ = response.source->is_endless();
    if (service_.stopping) stop();
    co_await (writer_.stream(response, request.envelope, request.context) || watch_peer() ||
              watch_token());
    if (is_streaming_ && timed_out_) co_await writer_.end_stream();
    is_streaming_ = false;
    stop_at_ = kNever;
  }

  awaitable<void> watch_peer() {
    std::array<char, 512> ignored{};
    for (;;) {
      auto [error, size] = co_await stream_.async_read_some(boost::asio::buffer(ignored), kAsTuple);
      if (error || timed_out_) co_return;
    }
  }

  awaitable<void> watch_token() {
    boost::asio::steady_timer timer(stream_.get_executor());
    while (!is_streaming_ || gate_.token_holds()) {
      timer.expires_after(kTokenCheck);
      auto [error] = co_await timer.async_wait(kAsTuple);
      if (error) co_return;
    }
    timed_out_ = true;
  }

  awaitable<bool> refuse_and_close(ServedRequest& request, Problem problem) {
    request.envelope.keep_alive = false;
    note(request, problem);
    co_return co_await finish(request, response_of(problem, request.context));
  }

  // Ends the connection so that the last answer gets through.
  awaitable<void> say_goodbye() {
    const auto linger_end = steady_clock::now() + (service_.stopping ? kLingerAtStop : kLinger);
    deadline_ = linger_end;
    boost::system::error_code ignored;
    if (stream_.tls() != nullptr) co_await stream_.tls()->async_shutdown(kAsTuple);
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 4096> rest;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    for (std::size_t size = 0;
         linger_ && size < kLingerBytes && steady_clock::now() < linger_end;) {
      auto [error, count] =
          co_await stream_.socket().async_read_some(boost::asio::buffer(rest), kAsTuple);
      if (error) break;
      size += count;
    }
    stream_.socket().close(ignored);
  }

  net::Stream stream_;
  const std::string address_;
  Service& service_;
  const bool has_room_;
  Gate gate_;
  MessageReader<OnRead> reader_;
  MessageWriter<OnWrite, OnRest> writer_;
  Phase phase_ = Phase::kHeader;
  bool linger_ = false;
};

}  // namespace

std::shared_ptr<Session> make_session(tcp::socket socket, boost::asio::ssl::context* tls,
                                      Service& service, Router& router, bool has_room) {
  std::string address = address_of(socket);
  return std::make_shared<StreamSession>(net::Stream(std::move(socket), tls), std::move(address),
                                         service, router, has_room);
}

}  // namespace skep::http
