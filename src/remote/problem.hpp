// What a server says when it does not do what it was asked to.
#pragma once

#include "remote/message.hpp"

#include <skep/error.hpp>

namespace skep::remote {

/// The error that `answer`, of a status other than 2xx, stands for. `url` is for messages; `writes`
/// tells whether it answers a request that would have stored something.
[[nodiscard]] Error error_of(const Answer& answer, const std::string& url, bool writes);

}  // namespace skep::remote
