// Writing answers to a connection.
#pragma once

#include "http/admission.hpp"
#include "http/log.hpp"
#include "http/message_reader.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>

#include <exception>
#include <string>
#include <utility>

namespace skep::http {

/// The value of a Date header for now, made anew each second.
[[nodiscard]] const std::string& date_text();

/// What an answer's header says that does not depend on its body.
struct Envelope {
  unsigned version = 11;
  bool keep_alive = true;
  bool is_head = false;
  bool varies_by_origin = false;
};

/// The header fields of `response`, into any message.
template <class Message>
void set_fields(Message& message, const Response& response, const Envelope& envelope,
                const Context& context) {
  message.version(envelope.version);
  message.result(response.status);
  message.keep_alive(envelope.keep_alive);
  message.set(beast_http::field::date, date_text());
  message.set("X-Request-Id", context.request_id);
  message.set("X-Content-Type-Options", "nosniff");
  if (context.is_private) message.set(beast_http::field::cache_control, "no-store");
  for (const auto& [name, value] : response.headers) message.set(name, value);
  if (envelope.varies_by_origin) message.set(beast_http::field::vary, "Origin");
  if (!context.cors_origin.empty()) {
    message.set("Access-Control-Allow-Origin", context.cors_origin);
    message.set("Access-Control-Expose-Headers",
                "Accept-Ranges, Content-Range, ETag, Mcp-Session-Id, Retry-After, "
                "WWW-Authenticate, X-Request-Id");
  }
  const bool has_type = !response.content_type.empty() &&
                        response.status != beast_http::status::no_content &&
                        response.status != beast_http::status::not_modified;
  if (has_type) message.set(beast_http::field::content_type, response.content_type);
}

/// Writes to a stream that must outlive it; `on_wait` is called before each wait for room,
/// `on_rest` where the peer is not what is waited for.
template <class OnWait, class OnRest>
class MessageWriter {
 public:
  MessageWriter(net::Stream& stream, OnWait on_wait, OnRest on_rest)
      : stream_(stream), on_wait_(std::move(on_wait)), on_rest_(std::move(on_rest)) {}

  /// Whether all of it was taken. A source must have a length.
  boost::asio::awaitable<bool> write(Response response, Envelope envelope, const Context& context) {
    if (response.source && !envelope.is_head) {
      auto written = write_sized(response, envelope, context);
      co_return co_await std::move(written);
    }
    beast_http::response<beast_http::string_body> message;
    message.body() = std::move(response.body);
    set_fields(message, response, envelope, context);
    if (response.status != beast_http::status::no_content &&
        response.status != beast_http::status::not_modified) {
      message.prepare_payload();
    }
    if (response.length) message.content_length(*response.length);
    written_bytes_ = message.body().size();
    beast_http::response_serializer<beast_http::string_body> serializer(message);
    if (envelope.is_head) {
      on_wait_();
      auto [error, size] = co_await beast_http::async_write_header(stream_, serializer, kAsTuple);
      written_bytes_ = 0;
      co_return !error;
    }
    for (;;) {
      on_wait_();
      auto [error, size] = co_await beast_http::async_write_some(stream_, serializer, kAsTuple);
      if (error) co_return false;
      if (serializer.is_done()) co_return true;
    }
  }

  /// Writes pieces as they come, in chunks, until there are no more or the peer takes none.
  boost::asio::awaitable<void> stream(Response& response, Envelope envelope,
                                      const Context& context) {
    beast_http::response<beast_http::empty_body> message;
    const bool is_chunked = envelope.version == 11;
    if (!is_chunked) envelope.keep_alive = false;
    set_fields(message, response, envelope, context);
    if (is_chunked) message.chunked(true);
    beast_http::response_serializer<beast_http::empty_body> serializer(message);
    written_bytes_ = 0;
    on_wait_();
    auto [header_error, header_size] =
        co_await beast_http::async_write_header(stream_, serializer, kAsTuple);
    while (!header_error) {
      on_rest_();  // for as long as nothing is there to be written
      can_end_ = is_chunked;
      const auto piece = co_await next_of(*response.source);
      can_end_ = false;
      on_wait_();
      const auto buffer = piece ? boost::asio::buffer(*piece) : boost::asio::const_buffer();
      if (!piece) {
        if (is_chunked && !is_cut_ && !response.source->is_cut()) {
          co_await boost::asio::async_write(stream_, beast_http::make_chunk_last(), kAsTuple);
        }
        co_return;
      }
      written_bytes_ += piece->size();
      boost::system::error_code error;
      if (is_chunked) {
        const auto chunk = beast_http::make_chunk(buffer);
        std::tie(error, std::ignore) = co_await boost::asio::async_write(stream_, chunk, kAsTuple);
      } else {
        std::tie(error, std::ignore) = co_await boost::asio::async_write(stream_, buffer, kAsTuple);
      }
      if (error) co_return;
    }
  }

  /// Ends a stream that was cut while it waited for its source, so that the peer sees that it is
  /// over.
  boost::asio::awaitable<void> end_stream() {
    if (!std::exchange(can_end_, false)) co_return;
    on_wait_();
    co_await boost::asio::async_write(stream_, beast_http::make_chunk_last(), kAsTuple);
  }

  /// "100 Continue".
  boost::asio::awaitable<bool> write_continue() {
    static const std::string kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    on_wait_();
    auto [error, size] =
        co_await boost::asio::async_write(stream_, boost::asio::buffer(kContinue), kAsTuple);
    co_return !error;
  }

  [[nodiscard]] std::uint64_t written_bytes() const { return written_bytes_; }

 private:
  // One that throws, or is cancelled, has come to its end before it was whole.
  boost::asio::awaitable<std::optional<std::string>> next_of(BodySource& source) {
    is_cut_ = false;
    std::string what;
    try {
      co_return co_await source.next();
    } catch (const std::exception& exception) {
      what = exception.what();
    }
    is_cut_ = true;
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    if (state.cancelled() == boost::asio::cancellation_type::none) {
      log_event(LogLevel::kError, "an answer broke off", {{"what", what}});
    }
    co_return std::nullopt;
  }

  // Writes `response.length` bytes as the source gives them. One that ends before leaves the
  // connection with an answer that is not whole.
  boost::asio::awaitable<bool> write_sized(const Response& response, Envelope envelope,
                                           const Context& context) {
    beast_http::response<beast_http::empty_body> message;
    set_fields(message, response, envelope, context);
    message.content_length(*response.length);
    beast_http::response_serializer<beast_http::empty_body> serializer(message);
    written_bytes_ = 0;
    on_wait_();
    auto [error, size] = co_await beast_http::async_write_header(stream_, serializer, kAsTuple);
    while (!error && written_bytes_ < *response.length) {
      on_rest_();
      const auto piece = co_await next_of(*response.source);
      if (!piece) co_return false;
      on_wait_();
      std::tie(error, size) =
          co_await boost::asio::async_write(stream_, boost::asio::buffer(*piece), kAsTuple);
      written_bytes_ += size;
    }
    co_return !error;
  }

  net::Stream& stream_;
  OnWait on_wait_;
  OnRest on_rest_;
  std::uint64_t written_bytes_ = 0;
  bool is_cut_ = false;   // By an exception of its source.
  bool can_end_ = false;  // Between two chunks.
};

}  // namespace skep::http
