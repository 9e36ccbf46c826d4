// A request while it is served, apart from how it came.
#pragma once

#include "http/admission.hpp"
#include "http/message_writer.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace skep::http {

/// What is known of the request at hand.
struct ServedRequest {
  Context context;
  Envelope envelope;
  std::string method;
  std::string path;          ///< Without the query, where a token may be.
  std::string detail;        ///< Of the problem that it ended in.
  std::string_view refusal;  ///< The type of that, if no handler saw the request.
  bool was_handled = false;
  bool is_abandoned = false;  ///< The connection ended within it.
  Endpoint* endpoint = nullptr;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  bool is_unread = false;  ///< Of its body, something may still come.
};

/// One of which nothing is known yet.
[[nodiscard]] ServedRequest unknown_request();

[[nodiscard]] ServedRequest begin_request(const Header& header, bool keep_alive, bool has_body);

/// Has the route's handler answer; an exception of its is a 500.
[[nodiscard]] boost::asio::awaitable<Answer> handle(Service& service, Admission& admission);

/// As `handle`, but cancels the handler once the peer of `socket` has left: then no one reads the
/// answer.
[[nodiscard]] boost::asio::awaitable<Answer> handle_while_wanted(Service& service,
                                                                 Admission& admission, int socket);

[[nodiscard]] Response response_of(const Problem& problem, const Context& context);

/// Of a request whose `part`, "header" or "body", did not come in time.
[[nodiscard]] Problem late(const std::string& part);

/// Keeps of the problem that it ends in what is logged and counted.
void note(ServedRequest& request, const Problem& problem);

struct Traffic {
  std::uint64_t request_bytes;
  std::uint64_t response_bytes;
};

/// Counts and logs a request that has its answer. `address` is the peer's.
void tell(Service& service, const ServedRequest& request, const std::string& address,
          unsigned status, Traffic traffic);

}  // namespace skep::http
