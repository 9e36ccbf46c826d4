#include "remote/peer.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>

namespace skep::test {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

std::optional<PeerConnection::Request> PeerConnection::read() {
  http::request_parser<http::string_body> parser;
  parser.body_limit(std::uint64_t{1} << 30U);
  boost::system::error_code code;
  http::read(socket_, buffer_, parser, code);
  if (code) return std::nullopt;
  return parser.release();
}

void PeerConnection::answer(unsigned status, std::string_view body, std::string_view content_type) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Type: ";
  text.append(content_type).append("\r\nContent-Length: ").append(std::to_string(body.size()));
  text.append("\r\n\r\n").append(body);
  write(text);
}

void PeerConnection::write(std::string_view bytes) {
  boost::system::error_code gone;
  asio::write(socket_, asio::buffer(bytes), gone);
}

void PeerConnection::wait_for_end() {
  std::array<char, 4096> block{};
  boost::system::error_code code;
  while (!code) socket_.read_some(asio::buffer(block), code);
}

void PeerConnection::shut_down() { ::shutdown(socket_.native_handle(), SHUT_RDWR); }

Peer::Peer(Script script)
    : script_(std::move(script)),
      acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      acceptor_thread_([this] { accept(); }) {}

Peer::~Peer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (const auto& connection : connections_) connection->shut_down();
  }
  ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
  acceptor_thread_.join();
  threads_.clear();
}

std::string Peer::url() const {
  return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
}

std::size_t Peer::connection_count() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

void Peer::accept() {
  for (;;) {
    boost::system::error_code code;
    tcp::socket socket = acceptor_.accept(code);
    const std::lock_guard lock(mutex_);
    if (code || ending_) return;
    auto connection = std::make_shared<PeerConnection>(std::move(socket), connections_.size());
    connections_.push_back(connection);
    threads_.emplace_back([this, connection] {
      script_(*connection);
      connection->shut_down();
    });
  }
}

Peer::Script answering(std::vector<std::string> bodies, unsigned status) {
  auto next = std::make_shared<std::atomic<std::size_t>>(0);
  return [bodies = std::move(bodies), status, next](PeerConnection& connection) {
    while (connection.read()) {
      connection.answer(status, bodies[std::min((*next)++, bodies.size() - 1)]);
    }
  };
}

}  // namespace skep::test
