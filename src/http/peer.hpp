// The other end of a connection: its address, and whether anybody is left there to read an answer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace skep::http {

/// Its address; empty if it has left.
[[nodiscard]] std::string address_of(const boost::asio::ip::tcp::socket& socket);

/// Ends soon after the peer of a connected socket has closed its side, whatever it sent before;
/// reads nothing. Ends when it is cancelled, too.
[[nodiscard]] boost::asio::awaitable<void> until_peer_leaves(int socket);

}  // namespace skep::http
