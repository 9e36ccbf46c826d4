// Records, as far as the token of a request lets it see them.
#pragma once

#include "http/exchange.hpp"
#include "http/service.hpp"

#include <skep/output_record.hpp>

#include <string>

namespace skep::http {

using OrRecord = OrProblem<OutputRecord>;

/// What a token may not see is not there for it: 404.
[[nodiscard]] OrRecord visible(const auth::Claims& claims, Result<OutputRecord> record,
                               const std::string& key);

/// The record whose ref is the route's first argument; the request has no parameters.
[[nodiscard]] boost::asio::awaitable<OrRecord> find_output(Service& service, Request& request);

}  // namespace skep::http
