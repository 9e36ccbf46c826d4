// Reading requests off a connection.
#pragma once

#include "http/body_memory.hpp"
#include "http/framing.hpp"
#include "json/write.hpp"
#include "net/stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace skep::http {

inline constexpr auto kAsTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

/// Reads from a stream that must outlive it; `on_wait` is called before each wait for more bytes.
template <class OnWait>
class MessageReader {
 public:
  MessageReader(net::Stream& stream, Service& service, OnWait on_wait)
      : stream_(stream), service_(service), on_wait_(std::move(on_wait)) {
    buffer_.reserve(kBufferBytes);
  }

  /// How far a header came.
  enum class HeaderEnd { kComplete, kClosed, kInterrupted, kRefused };

  /// Reads the next header. Whatever was read of the last request is forgotten.
  boost::asio::awaitable<HeaderEnd> read_header() {
    pieces_.reset();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(service_.options.max_header_bytes));
    parser_->body_limit(boost::none);  // is checked once it is known whose body it is
    refusal_.reset();
    received_bytes_ = 0;
    bool is_first = true;
    for (;;) {
      if (buffer_.size() != 0) {
        boost::system::error_code error;
        const auto bytes = buffer_.cdata();
        const std::size_t size = parser_->put(bytes, error);
        const std::string_view consumed(static_cast<const char*>(bytes.data()), size);
        // What follows the header is the body's.
        if (!is_plain(consumed, is_first)) {
          refuse_header("folded lines, bare line feeds and NULs are not taken in a header");
          co_return HeaderEnd::kRefused;
        }
        is_first = is_first && size == 0;
        received_bytes_ += size;
        buffer_.consume(size);
        if (received_bytes_ > service_.options.max_header_bytes) {
          error = beast_http::error::header_limit;
        } else if (parser_->is_header_done()) {
          co_return HeaderEnd::kComplete;
        }
        if (error && error != beast_http::error::need_more) {
          refuse_header(error, {static_cast<const char*>(bytes.data()), bytes.size()});
          co_return HeaderEnd::kRefused;
        }
      }
      const auto more = co_await read_more();
      if (more == boost::asio::error::eof && buffer_.size() == 0 && is_first) {
        co_return HeaderEnd::kClosed;
      }
      if (more) co_return HeaderEnd::kInterrupted;
    }
  }

  /// Reads the body of a request that goes on, as a JSON string if `is_text`. False if the
  /// connection ended before, or was interrupted.
  boost::asio::awaitable<OrProblem<bool>> read_body(std::string& body, bool is_text,
                                                    std::size_t max_bytes, BodyMemory& memory) {
    max_body_bytes_ = max_bytes;
    if (is_text) return read_text(body, memory);
    return read_whole(body, memory);
  }

  /// In place of `read_body`: the body is to be read with `read_piece`.
  void begin_pieces(std::uint64_t max_bytes) {
    max_body_bytes_ = max_bytes;
    pieces_.emplace(std::move(*parser_));
    parser_.reset();
    pieces_->body_limit(max_bytes);
    pieces_->eager(true);
  }

  /// Fills the beginning of `piece` and tells how much of it: 0 at the end, nothing if the
  /// connection ended before, or was interrupted.
  boost::asio::awaitable<OrProblem<std::optional<std::size_t>>> read_piece(std::span<char> piece) {
    while (!pieces_->is_done()) {
      if (buffer_.size() != 0) {
        boost::system::error_code error;
        auto& room = pieces_->get().body();
        room.data = piece.data();
        room.size = piece.size();
        consume(pieces_->put(buffer_.cdata(), error));
        const std::size_t size = piece.size() - room.size;
        if (error && error != beast_http::error::need_buffer &&
            error != beast_http::error::need_more) {
          co_return refuse_body(error);
        }
        if (size != 0) co_return size;
        if (pieces_->is_done()) break;
      }
      // What is left can only be the header of a chunk, or a trailer, that has no end yet.
      if (buffer_.size() > service_.options.max_header_bytes) {
        co_return refuse_body(beast_http::error::header_limit);
      }
      if (co_await read_more()) co_return std::nullopt;
    }
    co_return 0;
  }

  [[nodiscard]] bool has_body() const {
    return parser_->chunked() || parser_->content_length().value_or(0) != 0;
  }
  /// Whether some of it is not there yet.
  [[nodiscard]] bool has_body_to_wait_for() const {
    const auto length = parser_->content_length().value_or(0);
    return length > buffer_.size() || (parser_->chunked() && buffer_.size() == 0);
  }
  [[nodiscard]] bool has_begun() const { return received_bytes_ + buffer_.size() != 0; }
  // Of the header that was read; gone once its body is.
  [[nodiscard]] bool keep_alive() const { return parser_->keep_alive(); }
  [[nodiscard]] const Header& header() const { return parser_->get(); }
  [[nodiscard]] Problem& refusal() { return *refusal_; }
  [[nodiscard]] std::uint64_t received_bytes() const { return received_bytes_; }

 private:
  static constexpr std::size_t kBufferBytes = std::size_t{8} << 10U;
  static constexpr std::size_t kPieceBytes = std::size_t{64} << 10U;

  using StringParser = beast_http::request_parser<beast_http::string_body>;
  using PieceParser = beast_http::request_parser<beast_http::buffer_body>;

  boost::asio::awaitable<boost::system::error_code> read_more() {
    on_wait_(has_begun());
    const std::size_t room = buffer_.capacity() - buffer_.size();
    auto space = buffer_.prepare(room >= 1024 ? room : kPieceBytes);
    auto [error, size] = co_await stream_.async_read_some(space, kAsTuple);
    buffer_.commit(size);
    co_return error;
  }

  boost::asio::awaitable<OrProblem<bool>> read_whole(std::string& body, BodyMemory& memory) {
    parser_->body_limit(max_body_bytes_);
    parser_->eager(true);
    const auto announced = memory.grow_to(parser_->content_length().value_or(0));
    if (!announced) co_return std::unexpected(announced.error());
    for (;;) {
      boost::system::error_code error;
      if (!parser_->is_done() && buffer_.size() != 0) {
        consume(parser_->put(buffer_.cdata(), error));
      }
      if (error && error != beast_http::error::need_more) co_return refuse_body(error);
      const auto room = memory.grow_to(parser_->get().body().size());
      if (!room) co_return std::unexpected(room.error());
      if (parser_->is_done()) break;
      // What is left can only be the header of a chunk, or a trailer, that has no end yet.
      if (buffer_.size() > service_.options.max_header_bytes) {
        co_return refuse_body(beast_http::error::header_limit);
      }
      if (co_await read_more()) co_return false;
    }
    body = std::move(parser_->get().body());
    co_return true;
  }

  boost::asio::awaitable<OrProblem<bool>> read_text(std::string& body, BodyMemory& memory) {
    const std::size_t length = parser_->content_length().value_or(0);
    begin_pieces(max_body_bytes_);
    // Its spelling as JSON is longer by the quotes, and by what has to be escaped.
    const auto announced = memory.grow_to(length + length / 16);
    if (!announced) co_return std::unexpected(announced.error());
    body.reserve(length + length / 16 + 64);
    auto piece = std::make_unique<std::array<char, kPieceBytes>>();
    body += '"';
    for (;;) {
      const auto size = co_await read_piece(*piece);
      if (!size) co_return std::unexpected(size.error());
      if (!*size) co_return false;
      if (**size == 0) break;
      json::append_escaped(body, {piece->data(), **size});
      const auto room = memory.grow_to(body.size());
      if (!room) co_return std::unexpected(room.error());
    }
    body += '"';
    co_return true;
  }

  void consume(std::size_t size) {
    received_bytes_ += size;
    buffer_.consume(size);
  }

  void refuse_header(std::string detail) {
    refusal_.emplace(beast_http::status::bad_request, "bad_request", std::move(detail));
  }

  void refuse_header(boost::system::error_code error, std::string_view bytes) {
    if (error == beast_http::error::header_limit || error == beast_http::error::buffer_overflow) {
      refusal_.emplace(beast_http::status::request_header_fields_too_large, "header_too_large",
                       "the header is longer than " +
                           std::to_string(service_.options.max_header_bytes) + " bytes");
    } else if (error == beast_http::error::bad_version && is_of_other_version(bytes)) {
      refusal_.emplace(beast_http::status::http_version_not_supported, "http_version_not_supported",
                       "this server speaks HTTP/1.1 and HTTP/1.0");
    } else {
      refuse_header("this is not HTTP/1.1: " + error.message());
    }
  }

  std::unexpected<Problem> refuse_body(boost::system::error_code error) const {
    if (error == beast_http::error::body_limit) {
      return refuse(beast_http::status::payload_too_large, "too_large",
                    "the body is longer than " + std::to_string(max_body_bytes_) + " bytes");
    }
    return bad_request("the body is framed wrongly: " + error.message());
  }

  net::Stream& stream_;
  Service& service_;
  OnWait on_wait_;
  boost::beast::flat_buffer buffer_;
  std::optional<StringParser> parser_;
  std::optional<PieceParser> pieces_;
  std::optional<Problem> refusal_;
  std::uint64_t received_bytes_ = 0;
  std::uint64_t max_body_bytes_ = 0;
};

}  // namespace skep::http
