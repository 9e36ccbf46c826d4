// A TCP connection with TLS or without, as one type: what is built upon it is compiled once.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <utility>
#include <variant>

namespace skep::net {

/// Reads and writes as Asio's streams do (AsyncReadStream, AsyncWriteStream). Not thread-safe.
class Stream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Tls = boost::asio::ssl::stream<Socket>;
  using executor_type = Socket::executor_type;

  /// With `tls`, which must outlive it, hands are still to be shaken.
  Stream(Socket socket, boost::asio::ssl::context* tls) : layer_(std::move(socket)) {
    if (tls != nullptr) layer_ = Tls(std::get<Socket>(std::move(layer_)), *tls);
  }

  [[nodiscard]] executor_type get_executor() { return socket().get_executor(); }

  [[nodiscard]] Socket& socket() noexcept {
    auto* secured = tls();
    return secured != nullptr ? secured->next_layer() : *std::get_if<Socket>(&layer_);
  }

  /// Null for a plain connection.
  [[nodiscard]] Tls* tls() noexcept { return std::get_if<Tls>(&layer_); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& into) {
          const auto read = [&](auto& layer) { layer.async_read_some(into, std::move(handler)); };
          std::visit(read, layer_);
        },
        token, buffers);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& from) {
          const auto write = [&](auto& layer) { layer.async_write_some(from, std::move(handler)); };
          std::visit(write, layer_);
        },
        token, buffers);
  }

 private:
  std::variant<Socket, Tls> layer_;
};

}  // namespace skep::net
