#include "remote/endpoint.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>
#include <cstdint>

namespace skep::remote {
namespace {

std::unexpected<Error> refuse(std::string_view url, std::string_view why) {
  return fail(ErrorKind::kInvalidArgument,
              "the URL '" + std::string(url) + "' " + std::string(why));
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view url) {
  namespace urls = boost::urls;
  const auto parsed = urls::parse_uri(urls::string_view(url.data(), url.size()));
  if (!parsed) return refuse(url, "is malformed; give http://host[:port] or https://host[:port]");
  const urls::url_view& view = *parsed;
  Endpoint endpoint;
  endpoint.secure = view.scheme_id() == urls::scheme::https;
  if (!endpoint.secure && view.scheme_id() != urls::scheme::http) {
    return refuse(url, "is neither http nor https");
  }
  if (view.has_userinfo()) return refuse(url, "holds a user; tokens are given apart");
  const bool has_path = !view.encoded_path().empty() && view.encoded_path() != "/";
  if (has_path || view.has_query() || view.has_fragment()) {
    return refuse(url, "must end after the host and port");
  }
  endpoint.host = view.host_address();
  if (endpoint.host.empty()) return refuse(url, "names no host");
  const std::string standard_port = endpoint.secure ? "443" : "80";
  const std::string port(view.port());
  std::uint16_t number = 1;
  const char* end = port.data() + port.size();
  const auto [stop, error] = std::from_chars(port.data(), end, number);
  if (!port.empty() && (error != std::errc() || stop != end || number == 0)) {
    return refuse(url, "has no valid port");
  }
  endpoint.port = port.empty() ? standard_port : port;
  endpoint.authority = std::string(view.encoded_host());
  if (endpoint.port != standard_port) endpoint.authority += ":" + endpoint.port;
  endpoint.url = (endpoint.secure ? "https://" : "http://") + endpoint.authority;
  return endpoint;
}

}  // namespace skep::remote
