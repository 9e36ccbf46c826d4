// Runs a coroutine from a test.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace skep::test {

/// Runs `operation` to its end in an event loop on this thread; throws what it throws.
template <class T>
T run(boost::asio::awaitable<T> operation) {
  boost::asio::io_context context;
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(context, std::move(operation), [](std::exception_ptr thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
    context.run();
  } else {
    std::optional<T> answer;
    boost::asio::co_spawn(context, std::move(operation),
                          [&answer](std::exception_ptr thrown, T value) {
                            if (thrown) std::rethrow_exception(thrown);
                            answer.emplace(std::move(value));
                          });
    context.run();
    return std::move(answer.value());
  }
}

}  // namespace skep::test
