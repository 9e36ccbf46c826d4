#include "http/origin.hpp"

#include "http/printable.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>

#include <algorithm>

namespace skep::http {
namespace {

using beast_http::status;
using boost::algorithm::iequals;

}  // namespace

OrProblem<void> check_host(const ServerOptions& options, std::string_view host) {
  const auto refused = [host] {
    return refuse(status::forbidden, "host_not_allowed",
                  "the Host '" + printable(host) +
                      "' is neither an IP address nor localhost; see skep serve --allow-host");
  };
  const auto parsed =
      boost::urls::parse_authority(boost::urls::string_view(host.data(), host.size()));
  if (!parsed || parsed->has_userinfo() || host.empty()) return refused();
  if (parsed->host_type() != boost::urls::host_type::name) return {};
  const std::string name = parsed->host();
  const auto is_it = [&name](const std::string& allowed) { return iequals(allowed, name); };
  if (is_it("localhost") || std::ranges::any_of(options.allowed_hosts, is_it)) return {};
  return refused();
}

OrProblem<std::string> check_origin(const ServerOptions& options, std::string_view origin,
                                    std::string_view host) {
  const std::string scheme = options.tls_certificate.empty() ? "http://" : "https://";
  if (iequals(origin, scheme + std::string(host))) return std::string();
  // A proxy may speak TLS where this server does not.
  if (options.behind_proxy && iequals(origin, "https://" + std::string(host))) {
    return std::string();
  }
  const auto is_it = [origin](const std::string& allowed) { return iequals(allowed, origin); };
  if (std::ranges::any_of(options.cors_origins, is_it)) return std::string(origin);
  return refuse(status::forbidden, "origin_not_allowed",
                "pages of '" + printable(origin) +
                    "' may not call this server; see skep serve --cors-origin");
}

}  // namespace skep::http
