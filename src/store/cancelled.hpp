// Seeing a cancellation before Asio throws it.
#pragma once

#include <skep/error.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>

namespace skep {

[[nodiscard]] inline std::unexpected<Error> cancelled() {
  return fail(ErrorKind::kCancelled, "the caller cancelled the call");
}

/// Fails with `kCancelled` if the coroutine of `state` was cancelled: its next `co_await`, of all
/// but `this_coro::cancellation_state`, would throw.
[[nodiscard]] inline Result<void> check_cancelled(const boost::asio::cancellation_state& state) {
  if (state.cancelled() == boost::asio::cancellation_type::none) return {};
  return cancelled();
}

}  // namespace skep
