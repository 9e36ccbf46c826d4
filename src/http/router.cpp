#include "http/router.hpp"

#include <boost/beast/http/verb.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace skep::http {
namespace {

using beast_http::status;
using beast_http::verb;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_argument(std::string_view segment) { return segment.starts_with('{'); }

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string>& segments) {
  return std::ranges::equal(pattern, segments, [](std::string_view part, const std::string& text) {
    return part == text || (is_argument(part) && (!text.empty() || part != "{ref}"));
  });
}

std::string_view name_of(verb method) {
  const auto name = beast_http::to_string(method);
  return {name.data(), name.size()};
}

// What can be asked for again as HEAD: what is written as it comes has no length.
bool answers_head(const Route& route) {
  constexpr std::array<std::string_view, 4> kStreamed = {"/v1/stream", "/v1/export", "/v1/backup",
                                                         "/mcp"};
  return route.method == verb::get && std::ranges::find(kStreamed, route.path) == kStreamed.end();
}

}  // namespace

Router::Router(std::span<const Route> routes, Metrics& metrics) {
  for (const Route& route : routes) {
    const auto segments = split(route.path);
    auto resource = std::ranges::find(resources_, segments, &Resource::segments);
    if (resource == resources_.end()) {
      resource = resources_.insert(resources_.end(), Resource{segments, {}});
    }
    resource->endpoints.push_back({route, metrics.make_timer(route.path, name_of(route.method))});
  }
}

const Router::Resource* Router::resource_of(const std::vector<std::string>& segments) const {
  const auto found = std::ranges::find_if(resources_, [&segments](const Resource& resource) {
    return fits(resource.segments, segments);
  });
  return found != resources_.end() ? &*found : nullptr;
}

OrProblem<Router::Match> Router::find(verb method, const std::vector<std::string>& segments) {
  auto* resource = const_cast<Resource*>(resource_of(segments));
  if (resource == nullptr) {
    return refuse(status::not_found, "no_route",
                  "there is nothing at this path: see /openapi.json");
  }
  for (Endpoint& endpoint : resource->endpoints) {
    const bool is_it =
        endpoint.route.method == method || (method == verb::head && answers_head(endpoint.route));
    if (!is_it) continue;
    Match match;
    match.endpoint = &endpoint;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (is_argument(resource->segments[i])) match.arguments.push_back(segments[i]);
    }
    return match;
  }
  Problem problem(status::method_not_allowed, "method_not_allowed",
                  "this resource has no such method: see Allow");
  problem.with_header("Allow", allowed(segments));
  return std::unexpected(std::move(problem));
}

std::string Router::allowed(const std::vector<std::string>& segments) const {
  const Resource* resource = resource_of(segments);
  if (resource == nullptr) return {};
  std::string methods;
  for (const Endpoint& endpoint : resource->endpoints) {
    methods += std::string(name_of(endpoint.route.method)) + ", ";
    if (answers_head(endpoint.route)) methods += "HEAD, ";
  }
  return methods + "OPTIONS";
}

}  // namespace skep::http
