#include "remote/connection.hpp"

#include "net/stream.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/file_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>

#include <netinet/tcp.h>
#include <sys/socket.h>

namespace skep::remote {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t kMaxHeaderBytes = std::uint32_t{64} << 10U;

// A server that vanished without a word is noticed within a minute, so that no call without a
// timeout waits for it for ever.
void watch_over(tcp::socket& socket) {
  const auto set = [&socket](int level, int name, int value) {
    ::setsockopt(socket.native_handle(), level, name, &value, sizeof(value));
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 60'000);
}

bool is_address(const std::string& host) {
  error_code code;
  asio::ip::make_address(host, code);
  return !code;
}

class StreamConnection final : public Connection {
 public:
  StreamConnection(const Endpoint& endpoint, const asio::any_io_executor& executor,
                   asio::ssl::context* tls)
      : endpoint_(endpoint), resolver_(executor), stream_(tcp::socket(executor), tls) {}

  Awaitable<Result<void>> open() override {
    error_code code;
    const auto found = co_await resolver_.async_resolve(
        endpoint_.host, endpoint_.port, asio::redirect_error(asio::use_awaitable, code));
    if (!code && closed_) code = asio::error::operation_aborted;
    if (!code) {
      co_await asio::async_connect(stream_.socket(), found,
                                   asio::redirect_error(asio::use_awaitable, code));
    }
    if (!code && closed_) code = asio::error::operation_aborted;
    if (!code) {
      watch_over(stream_.socket());
      if (stream_.tls() != nullptr) code = co_await shake_hands(*stream_.tls());
    }
    if (!code) co_return Result<void>();
    close();
    const bool is_tls = code.category() == asio::error::get_ssl_category();
    Error error(is_tls ? ErrorKind::kIo : ErrorKind::kInternal,
                "cannot reach " + endpoint_.url + ": " + code.message());
    error.retryable = !is_tls;
    co_return std::unexpected(std::move(error));
  }

  Awaitable<error_code> round_trip(const Message& message, BlobSource* source,
                                   std::size_t max_body_bytes,
                                   const std::string& save_to) override {
    heard_something_ = false;
    reusable_ = false;
    error_code written;
    if (source != nullptr) {
      written = co_await write_pieces(message, *source);
    } else {
      co_await http::async_write(stream_, message,
                                 asio::redirect_error(asio::use_awaitable, written));
    }
    if (source_failure_) {
      close();
      co_return written;
    }
    // A server may refuse a request that it has not read to its end.
    const error_code read = co_await read_reply(max_body_bytes, save_to);
    if (!read) co_return read;
    co_return written ? written : read;
  }

  void close() noexcept override {
    closed_ = true;
    resolver_.cancel();
    error_code ignored;
    stream_.socket().close(ignored);
  }

 private:
  Awaitable<error_code> shake_hands(net::Stream::Tls& tls) {
    // The server name indication, for names only. OpenSSL's macro for it casts as C does.
    if (!is_address(endpoint_.host)) {
      std::string name = endpoint_.host;
      SSL_ctrl(tls.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               name.data());
    }
    tls.set_verify_callback(asio::ssl::host_name_verification(endpoint_.host));
    error_code code;
    co_await tls.async_handshake(asio::ssl::stream_base::client,
                                 asio::redirect_error(asio::use_awaitable, code));
    co_return code;
  }

  // What `source` gives, in chunks.
  Awaitable<error_code> write_pieces(const Message& message, BlobSource& source) {
    error_code code;
    http::request<http::empty_body> head(message.base());
    http::request_serializer<http::empty_body> serializer(head);
    co_await http::async_write_header(stream_, serializer,
                                      asio::redirect_error(asio::use_awaitable, code));
    std::string buffer(kBlobPieceBytes, '\0');
    while (!code) {
      auto size = co_await source.read(buffer);
      if (!size) {
        source_failure_ = std::move(size.error());
        co_return asio::error::operation_aborted;
      }
      if (*size == 0) {
        co_await asio::async_write(stream_, http::make_chunk_last(),
                                   asio::redirect_error(asio::use_awaitable, code));
        break;
      }
      const auto chunk = http::make_chunk(asio::buffer(buffer.data(), *size));
      co_await asio::async_write(stream_, chunk, asio::redirect_error(asio::use_awaitable, code));
    }
    co_return code;
  }

  Awaitable<error_code> read_reply(std::size_t max_body_bytes, const std::string& save_to) {
    for (;;) {
      http::response_parser<http::string_body> parser;
      parser.header_limit(kMaxHeaderBytes);
      parser.body_limit(max_body_bytes);
      error_code code;
      if (!save_to.empty()) {
        co_await http::async_read_header(stream_, buffer_, parser,
                                         asio::redirect_error(asio::use_awaitable, code));
        const bool is_file = !code && parser.get().result() == http::status::ok;
        if (is_file) co_return co_await save(parser, save_to);
      }
      if (!code) {
        co_await http::async_read(stream_, buffer_, parser,
                                  asio::redirect_error(asio::use_awaitable, code));
      }
      heard_something_ = heard_something_ || parser.got_some() || buffer_.size() > 0;
      if (code) co_return code;
      // Interim answers, as 100, come before the one that counts.
      if (parser.get().result_int() < 200) continue;
      reusable_ = parser.keep_alive() && buffer_.size() == 0;
      reply_ = parser.release();
      co_return code;
    }
  }

  // Writing to the file blocks this thread, a piece at a time.
  Awaitable<error_code> save(http::response_parser<http::string_body>& header,
                             const std::string& save_to) {
    heard_something_ = true;
    http::response_parser<http::file_body> parser(std::move(header));
    parser.body_limit(boost::none);
    error_code code;
    parser.get().body().open(save_to.c_str(), boost::beast::file_mode::write, code);
    if (!code) {
      co_await http::async_read(stream_, buffer_, parser,
                                asio::redirect_error(asio::use_awaitable, code));
    }
    if (!code) parser.get().body().file().close(code);
    reply_ = Reply(parser.get().result(), 11);
    co_return code;
  }

  const Endpoint& endpoint_;
  tcp::resolver resolver_;
  net::Stream stream_;
  boost::beast::flat_buffer buffer_{std::size_t{1} << 20U};
  bool closed_ = false;
};

}  // namespace

std::shared_ptr<Connection> Connection::make(const asio::any_io_executor& executor,
                                             const Endpoint& endpoint, asio::ssl::context* tls) {
  return std::make_shared<StreamConnection>(endpoint, executor, tls);
}

}  // namespace skep::remote
