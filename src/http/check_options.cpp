#include "http/check_options.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <openssl/ssl.h>
#include <ostream>  // which Boost 1.81 forgets in what follows

#include <tuple>
#include <utility>

namespace skep::http {
namespace {

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::kInvalidArgument, std::move(message));
}

bool is_origin(const std::string& text) {
  const auto parsed = boost::urls::parse_uri(text);
  return parsed && parsed->has_authority() && !parsed->has_userinfo() && !parsed->has_query() &&
         parsed->encoded_path().empty() && !parsed->has_fragment();
}

}  // namespace

Result<void> check(const ServerOptions& options) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(options.address, error);
  if (error) return invalid("'" + options.address + "' is not an IP address to listen on");
  if (options.thread_count < 1 || options.thread_count > 64) {
    return invalid("the number of threads must be from 1 to 64");
  }
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    return invalid("a TLS certificate and its key (--tls-cert and --tls-key) go together");
  }
  if (options.prune_keep && *options.prune_keep < 1) {
    return invalid("--prune-keep must be at least 1");
  }
  for (const std::string& origin : options.cors_origins) {
    if (!is_origin(origin)) {
      return invalid("'" + origin + "' (--cors-origin) is no origin, like https://example.com");
    }
  }
  if (address.is_loopback()) return {};
  if (options.no_auth) {
    return invalid(
        "without tokens (--no-auth) the server listens on loopback addresses only, and " +
        options.address + " is none");
  }
  if (options.tls_certificate.empty() && !options.behind_proxy) {
    return invalid(
        "tokens must not travel in the clear: to listen on " + options.address +
        " give --tls-cert and --tls-key, or --behind-proxy where a proxy guards the way here");
  }
  return {};
}

Result<std::optional<boost::asio::ssl::context>> make_tls(const ServerOptions& options) {
  namespace ssl = boost::asio::ssl;
  std::optional<ssl::context> made;
  if (options.tls_certificate.empty()) return made;
  made.emplace(ssl::context::tls_server);
  made->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                    ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  boost::system::error_code error;
  std::ignore = made->use_certificate_chain_file(options.tls_certificate.string(), error);
  if (error) {
    return invalid("the TLS certificate " + options.tls_certificate.string() +
                   " can't be used: " + error.message());
  }
  // OpenSSL would ask for a password at the terminal.
  made->set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; });
  std::ignore = made->use_private_key_file(options.tls_key.string(), ssl::context::pem, error);
  if (error) {
    return invalid("the TLS key " + options.tls_key.string() + " can't be used: " +
                   error.message() + "; it must be PEM, and without a password");
  }
  if (::SSL_CTX_check_private_key(made->native_handle()) != 1) {
    return invalid("the TLS key " + options.tls_key.string() + " is not that of the certificate " +
                   options.tls_certificate.string());
  }
  return made;
}

}  // namespace skep::http
