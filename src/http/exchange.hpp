// A request as a handler sees it, and what the handler answers.
#pragma once

#include "auth/claims.hpp"
#include "http/client_shares.hpp"
#include "http/problem.hpp"
#include "http/query.hpp"

#include <skep/blob.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/verb.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace skep::http {

/// A request that was let in, with its body.
struct Request {
  beast_http::verb method{};
  std::vector<std::string> arguments;  ///< What stands for the {…} of the route.
  Query query;
  beast_http::fields headers;
  std::string body;
  std::shared_ptr<BlobSource> source;  ///< Of a body that is streamed, in place of `body`.
  auth::Claims claims;
  std::string client;  ///< Whose limits it counts against.
  /// Counts it as under way. An answer that is made while it is sent takes it along.
  std::optional<ClientShares::Share> share;

  /// The value of a header; empty if there is none.
  [[nodiscard]] std::string_view header(beast_http::field name) const {
    const auto value = headers[name];
    return {value.data(), value.size()};
  }
};

/// A body that is written as it comes.
class BodySource {
 public:
  BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;
  virtual ~BodySource() = default;

  /// The next piece, once there is one; nothing at the end. Ends when it is cancelled.
  [[nodiscard]] virtual boost::asio::awaitable<std::optional<std::string>> next() = 0;

  /// Whether it goes on until somebody ends it: a server that stops does so after a moment.
  [[nodiscard]] virtual bool is_endless() const noexcept { return false; }

  /// Whether it ended before it was whole: the peer has to see that.
  [[nodiscard]] virtual bool is_cut() const noexcept { return false; }
};

struct Response {
  beast_http::status status = beast_http::status::ok;
  std::string content_type = "application/json";  ///< Empty: there is no body.
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::unique_ptr<BodySource> source;   ///< In place of `body`, if it is set.
  std::optional<std::uint64_t> length;  ///< Of all that `source` gives, if that is known.

  Response() = default;
  explicit Response(std::string json) : body(std::move(json)) {}
  Response(std::string type, std::string text)
      : content_type(std::move(type)), body(std::move(text)) {}
};

using Answer = OrProblem<Response>;
using AwaitableAnswer = boost::asio::awaitable<Answer>;

}  // namespace skep::http
