#include "http/peer.hpp"

#include "http/message_reader.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <poll.h>

#include <chrono>

namespace skep::http {
namespace {

// A socket that became readable says nothing: the next request of a pipeline may have come.
constexpr std::chrono::milliseconds kLook(100);

bool has_left(int socket) {
  pollfd state{socket, POLLRDHUP, 0};
  return ::poll(&state, 1, 0) > 0;
}

}  // namespace

std::string address_of(const boost::asio::ip::tcp::socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? std::string() : endpoint.address().to_string();
}

boost::asio::awaitable<void> until_peer_leaves(int socket) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  while (!has_left(socket)) {
    timer.expires_after(kLook);
    auto [error] = co_await timer.async_wait(kAsTuple);
    if (error) co_return;
  }
}

}  // namespace skep::http
