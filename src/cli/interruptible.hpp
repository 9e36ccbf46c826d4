// Operations that Ctrl-C ends.
#pragma once

#include "cli/interrupt.hpp"

#include <skep/awaitable.hpp>
#include <skep/error.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace skep::cli {

/// Runs `operation` to its end; soon after an interrupt that is `kCancelled`.
template <class T>
Result<T> run_interruptible(Awaitable<T> operation) {
  namespace asio = boost::asio;
  asio::io_context context(1);
  asio::cancellation_signal stop;
  std::optional<Result<T>> answer;
  std::exception_ptr failure;
  asio::co_spawn(context, std::move(operation),
                 asio::bind_cancellation_slot(
                     stop.slot(), [&answer, &failure](std::exception_ptr thrown, Result<T> result) {
                       failure = thrown;
                       answer = std::move(result);
                     }));
  while (!answer) {
    if (interrupted()) stop.emit(asio::cancellation_type::terminal);
    context.run_for(std::chrono::milliseconds(50));
  }
  context.run();  // Whoever posted the answer may still be about to leave the context.
  if (failure) std::rethrow_exception(failure);
  return std::move(*answer);
}

}  // namespace skep::cli
