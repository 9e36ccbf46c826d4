// One connection to a server.
#pragma once

#include "remote/endpoint.hpp"

#include <skep/blob.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace skep::remote {

/// Used on one thread, by one exchange at a time. A closed connection fails whatever is under way,
/// soon: only the look-up of a name can't be interrupted.
class Connection {
 public:
  using Message = boost::beast::http::request<boost::beast::http::string_body>;
  using Reply = boost::beast::http::response<boost::beast::http::string_body>;
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  /// A connection that is still to be opened. What it is given must outlive it; `tls` is null for
  /// plain http.
  static std::shared_ptr<Connection> make(const boost::asio::any_io_executor& executor,
                                          const Endpoint& endpoint, boost::asio::ssl::context* tls);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  /// Resolves, connects, and with TLS checks who answers. Errors: `kInternal`.
  virtual Awaitable<Result<void>> open() = 0;

  /// Sends `message` and reads what comes back, a body of at most `max_body_bytes`; or, of any
  /// size, into the file `save_to` if that is set and the status is 200. With `source`, which must
  /// outlive it, that is the body of the message; if reading it fails, the message is broken off,
  /// and the connection closed.
  virtual Awaitable<boost::system::error_code> round_trip(const Message& message,
                                                          BlobSource* source,
                                                          std::size_t max_body_bytes,
                                                          const std::string& save_to) = 0;

  /// Why the source of the last round trip could not be read. Once.
  [[nodiscard]] std::optional<Error> take_source_failure() {
    return std::exchange(source_failure_, std::nullopt);
  }

  virtual void close() noexcept = 0;

  /// After a round trip: whether anything came back at all.
  [[nodiscard]] bool heard_something() const noexcept { return heard_something_; }

  /// After a successful one: whether another may follow.
  [[nodiscard]] bool reusable() const noexcept { return reusable_; }

  /// What a successful one brought. Once.
  [[nodiscard]] Reply take_reply() { return std::move(reply_); }

 protected:
  Connection() = default;

  Reply reply_;
  std::optional<Error> source_failure_;
  bool heard_something_ = false;
  bool reusable_ = false;
};

}  // namespace skep::remote
