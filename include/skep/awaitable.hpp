// What the asynchronous operations give.
#pragma once

#include <skep/error.hpp>

#include <boost/asio/awaitable.hpp>

namespace skep {

/// An operation that ends with a `Result<T>`: it starts once it is awaited or spawned, with any
/// completion token of Asio's.
template <class T>
using Awaitable = boost::asio::awaitable<Result<T>>;

}  // namespace skep
