// Whether anybody is left to read an answer.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace skep::http {

/// Ends soon after the peer of a connected socket has closed its side, whatever it sent before;
/// reads nothing. Ends when it is cancelled, too.
[[nodiscard]] boost::asio::awaitable<void> until_peer_leaves(int socket);

}  // namespace skep::http
