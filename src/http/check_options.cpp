#include "http/check_options.hpp"

#include <boost/asio/ip/address.hpp>

#include <utility>

namespace skep::http {
namespace {

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::kInvalidArgument, std::move(message));
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
    return invalid("a TLS certificate and its key go together");
  }
  if (address.is_loopback()) return {};
  if (options.no_auth) {
    return invalid("without tokens the server listens on loopback addresses only, and " +
                   options.address + " is none");
  }
  if (options.tls_certificate.empty() && !options.behind_proxy) {
    return invalid("tokens must not travel in the clear: to listen on " + options.address +
                   " give a TLS certificate and key, or say that a proxy guards the way here");
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
  made->use_certificate_chain_file(options.tls_certificate.string(), error);
  if (error) {
    return invalid("the TLS certificate " + options.tls_certificate.string() +
                   " can't be used: " + error.message());
  }
  made->use_private_key_file(options.tls_key.string(), ssl::context::pem, error);
  if (error) {
    return invalid("the TLS key " + options.tls_key.string() +
                   " can't be used: " + error.message());
  }
  return made;
}

}  // namespace skep::http
