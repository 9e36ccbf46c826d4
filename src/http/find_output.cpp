#include "http/find_output.hpp"

#include "http/access.hpp"

#include <utility>

namespace skep::http {

OrRecord visible(const auth::Claims& claims, Result<OutputRecord> record, const std::string& key) {
  if (record && may_see(claims, *record)) return std::move(*record);
  if (record) return refuse(Error(ErrorKind::kNotFound, "output not found: " + key));
  return refuse(record.error());
}

boost::asio::awaitable<OrRecord> find_output(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  const std::string& ref = request.arguments.front();
  auto record = co_await service.store.get(OutputRef(ref), service.call_options());
  co_return visible(request.claims, std::move(record), ref);
}

}  // namespace skep::http
