#include "http/handlers.hpp"
#include "http/long_answer.hpp"

#include <skep/verify.hpp>

#include <utility>

namespace skep::http {

AwaitableAnswer verify_store(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  auto [share, refusal] = service.verifications.take(request.client);
  if (!share) {
    co_return std::unexpected(no_room(beast_http::status::too_many_requests, "too_many_requests",
                                      "the store is being verified already"));
  }
  auto answer = answer_long<VerifyReport>(std::move(*share), service.store.verify(),
                                          service.options.stream_ping);
  co_return co_await std::move(answer);
}

}  // namespace skep::http
