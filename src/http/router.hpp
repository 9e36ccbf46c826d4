// Which handler answers which request.
#pragma once

#include "auth/claims.hpp"
#include "http/exchange.hpp"
#include "http/service.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace skep::http {

using Handler = AwaitableAnswer (*)(Service&, Request&);

/// What a route takes as the body of a request; a stream is anything, read by the handler.
enum class BodyKind : std::uint8_t { kNone, kJson, kNdjson, kContent, kStream };

/// A method of a resource.
struct Route {
  beast_http::verb method;
  std::string_view path;  ///< Segments; "{…}" stands for any one, "{ref}" for none that is empty.
  std::optional<auth::Scope> scope;  ///< Nothing: open to everybody.
  BodyKind body;
  Handler handler;
  bool may_take_long = false;  ///< A read that is given up when its peer leaves.
  /// What can be told of a request before its body comes; the handler need not rely on it.
  OrProblem<void> (*check)(Service&, const Request&) = nullptr;
};

/// A route, and its clock.
struct Endpoint {
  Route route;
  Metrics::Timer timer;
};

/// Finds endpoints. Immutable once it is made, but for the clocks.
class Router {
 public:
  Router(std::span<const Route> routes, Metrics& metrics);

  struct Match {
    Endpoint* endpoint = nullptr;
    std::vector<std::string> arguments;
  };

  /// Fails with 404 if no path fits, with 405 if no method of it does. GET answers HEAD too.
  [[nodiscard]] OrProblem<Match> find(beast_http::verb method,
                                      const std::vector<std::string>& segments);

  /// The methods of the path, for `Allow`; empty if no path fits.
  [[nodiscard]] std::string allowed(const std::vector<std::string>& segments) const;

 private:
  struct Resource {
    std::vector<std::string_view> segments;
    std::vector<Endpoint> endpoints;
  };

  [[nodiscard]] const Resource* resource_of(const std::vector<std::string>& segments) const;

  std::vector<Resource> resources_;
};

/// All routes of the server; a path that is more particular stands before one that is less.
[[nodiscard]] std::span<const Route> all_routes() noexcept;

}  // namespace skep::http
