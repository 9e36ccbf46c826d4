// Reading what is to be stored.
#pragma once

#include "http/exchange.hpp"
#include "http/service.hpp"

#include <skep/output_store.hpp>

#include <string>
#include <string_view>

namespace skep::http {

/// Fails with a 400 unless `text` is one value in JSON, with an event in it that is not too deep.
[[nodiscard]] OrProblem<void> check_json(std::string_view text);

/// Reads a request to emit; with `agent` set, as of that producer. Fails with 400 if `text` is not
/// JSON, with 413 if its event is over the limit, with 422 if its shape is wrong.
[[nodiscard]] OrProblem<AppendRequest> read_emit(std::string_view text, const Service& service);

/// The same of a whole body, whose memory a large value keeps.
[[nodiscard]] OrProblem<AppendRequest> take_emit(std::string body, const Service& service,
                                                 const std::string* agent = nullptr);

/// With the key in `Idempotency-Key`, if there is one. Fails with a 400 for one of another form.
[[nodiscard]] OrProblem<AppendOptions> append_options(const Service& service,
                                                      const Request& request);

}  // namespace skep::http
