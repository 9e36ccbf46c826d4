// A request on its way to an answer.
#pragma once

#include "remote/connection.hpp"
#include "remote/message.hpp"

#include <skep/detail/waiter.hpp>

#include <memory>
#include <utility>

namespace skep::remote {

/// Ends exactly once: with an answer, an error, or because its caller gave up. Used on the client's
/// thread.
class Exchange {
 public:
  Exchange(Request request, std::shared_ptr<detail::Waiter<Answer>> waiter)
      : request_(std::move(request)), waiter_(std::move(waiter)) {}

  [[nodiscard]] Request& request() noexcept { return request_; }
  [[nodiscard]] bool ended() const noexcept { return waiter_ == nullptr; }

  /// It is on `connection` from now on.
  void use(const std::shared_ptr<Connection>& connection) { connection_ = connection; }

  /// From now on the server may have read the request.
  void sending() noexcept { may_be_sent_ = true; }

  void finish(Answer answer) { complete(std::move(waiter_), std::move(answer)); }

  /// An error that kept the server from reading the request to its end, so that it did nothing.
  void fail_unsent(Error error) {
    if (!ended()) complete(std::move(waiter_), std::unexpected(std::move(error)));
  }

  /// An error that came before an answer.
  void fail(Error error) {
    if (ended()) return;
    if (may_be_sent_ && request_.writes()) {
      error.outcome = Outcome::kInDoubt;
      error.retryable = false;
    }
    complete(std::move(waiter_), std::unexpected(std::move(error)));
  }

  /// Ends it at once, and the connection with it. Does nothing once it has ended.
  void stop(Error error) {
    if (ended()) return;
    fail(std::move(error));
    request_.body.clear();
    request_.body.shrink_to_fit();
    if (const auto connection = connection_.lock()) connection->close();
  }

 private:
  Request request_;
  std::shared_ptr<detail::Waiter<Answer>> waiter_;  // Null once it has ended.
  std::weak_ptr<Connection> connection_;
  bool may_be_sent_ = false;
};

}  // namespace skep::remote
