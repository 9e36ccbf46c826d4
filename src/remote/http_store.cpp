#include "remote/http_store.hpp"

#include "remote/store.hpp"
#include "remote/visible_ascii.hpp"

#include <utility>

namespace skep::remote {
namespace {

namespace asio = boost::asio;

Result<asio::ssl::context> make_tls(const std::string& ca_file) try {
  using Context = asio::ssl::context;
  Context tls(Context::tls_client);
  tls.set_options(Context::no_tlsv1 | Context::no_tlsv1_1);
  tls.set_default_verify_paths();
  tls.set_verify_mode(asio::ssl::verify_peer);
  if (!ca_file.empty()) tls.load_verify_file(ca_file);
  return tls;
} catch (const boost::system::system_error& error) {
  return fail(ErrorKind::kInvalidArgument,
              "the CA file '" + ca_file + "': " + error.code().message());
}

}  // namespace

Result<std::unique_ptr<OutputStore>> make_http_store(HttpStoreOptions options) {
  auto endpoint = parse_endpoint(options.url);
  if (!endpoint) return std::unexpected(std::move(endpoint.error()));
  const auto refuse = [](std::string why) { return fail(ErrorKind::kInvalidArgument, why); };
  if (!is_visible_ascii(options.token)) return refuse("the token holds what no token holds");
  if (options.max_connections < 1 || options.max_connections > 1'024) {
    return refuse("max_connections must be from 1 to 1024");
  }
  ClientSettings settings;
  if (endpoint->secure) {
    auto tls = make_tls(options.ca_file);
    if (!tls) return std::unexpected(std::move(tls.error()));
    settings.tls = std::move(*tls);
  } else if (!options.ca_file.empty()) {
    return refuse("a CA file goes with https only, and the URL is " + endpoint->url);
  }
  settings.endpoint = std::move(*endpoint);
  settings.token = std::move(options.token);
  settings.max_connections = options.max_connections;
  settings.connect_timeout = options.connect_timeout;
  // A body may be spelt once more, escaped, as `value_text`.
  settings.max_answer_bytes = 3 * options.max_body_bytes + 4 * kMaxPageBytes;
  return std::make_unique<HttpStore>(std::move(settings), options.max_body_bytes);
}

}  // namespace skep::remote
