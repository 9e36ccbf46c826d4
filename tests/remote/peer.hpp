// A peer on a socket that does what a test tells it to, well-behaved or not.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace skep::test {

/// One connection, as the script sees it.
class PeerConnection {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;

  PeerConnection(boost::asio::ip::tcp::socket socket, std::size_t number)
      : socket_(std::move(socket)), number_(number) {}

  /// Counts connections from 0.
  [[nodiscard]] std::size_t number() const noexcept { return number_; }

  /// The next request; none once the client has closed.
  [[nodiscard]] std::optional<Request> read();

  /// A whole answer, after which the connection stays open.
  void answer(unsigned status, std::string_view body,
              std::string_view content_type = "application/json");

  /// These bytes.
  void write(std::string_view bytes);

  /// Returns once the client has closed.
  void wait_for_end();

  /// Ends whatever blocks. Any thread.
  void shut_down();

 private:
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  std::size_t number_;
};

/// Runs `script` for each connection, on a thread of its own; when it returns, the connection is
/// closed.
class Peer {
 public:
  using Script = std::function<void(PeerConnection&)>;

  explicit Peer(Script script);
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer();

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::size_t connection_count() const;

 private:
  void accept();

  Script script_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<PeerConnection>> connections_;
  std::vector<std::jthread> threads_;
  bool ending_ = false;
  std::jthread acceptor_thread_;
};

/// A script that answers each request with the next of `bodies`, and then with the last one.
[[nodiscard]] Peer::Script answering(std::vector<std::string> bodies, unsigned status = 200);

}  // namespace skep::test
