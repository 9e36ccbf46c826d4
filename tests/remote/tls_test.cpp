// Who is spoken to over TLS.
#include "remote/remote_fixture.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

namespace skep::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// A key, and a certificate for `name` (as in "DNS:localhost") that it signs itself.
void make_certificate(const std::filesystem::path& directory, const std::string& name) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("Skep's tests"), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name.c_str());
  X509_add_ext(certificate, names, -1);
  X509_sign(certificate, key, EVP_sha256());
  FILE* key_file = std::fopen((directory / "key.pem").c_str(), "w");
  PEM_write_PrivateKey(key_file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(key_file);
  FILE* certificate_file = std::fopen((directory / "cert.pem").c_str(), "w");
  PEM_write_X509(certificate_file, certificate);
  std::fclose(certificate_file);
  X509_EXTENSION_free(names);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

// Takes one connection, shakes hands, answers one request, and keeps the name it was asked for.
class TlsPeer {
 public:
  explicit TlsPeer(const std::string& name) {
    make_certificate(directory_.path(), name);
    tls_.use_certificate_file((directory_.path() / "cert.pem").string(), asio::ssl::context::pem);
    tls_.use_private_key_file((directory_.path() / "key.pem").string(), asio::ssl::context::pem);
    thread_ = std::jthread([this] { serve(); });
  }

  [[nodiscard]] std::string url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(acceptor_.local_endpoint().port());
  }
  [[nodiscard]] std::string certificate() const {
    return (directory_.path() / "cert.pem").string();
  }

  /// Once it has ended.
  [[nodiscard]] std::string asked_for() {
    thread_.join();
    return asked_for_;
  }

 private:
  void serve() {
    boost::system::error_code code;
    asio::ssl::stream<tcp::socket> stream(acceptor_.accept(), tls_);
    stream.handshake(asio::ssl::stream_base::server, code);
    if (code) return;
    const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
    asked_for_ = name == nullptr ? "nobody" : name;
    boost::beast::flat_buffer buffer;
    boost::beast::http::request<boost::beast::http::string_body> request;
    boost::beast::http::read(stream, buffer, request, code);
    if (code) return;
    const std::string answer =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kEmitted.size()) + "\r\n\r\n" +
        kEmitted;
    asio::write(stream, asio::buffer(answer), code);
  }

  TempDir directory_;
  asio::io_context context_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  tcp::acceptor acceptor_{context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::string asked_for_;
  std::jthread thread_;
};

Result<OutputRef> append_at(const std::string& url, const std::string& ca_file) {
  remote::HttpStoreOptions options;
  options.ca_file = ca_file;
  return run(store_at(url, options)->append(request("t", 1, "a")));
}

TEST(TlsTest, ATrustedServerIsSpokenTo) {
  TlsPeer peer("DNS:localhost");
  EXPECT_TRUE(is_ok(append_at(peer.url("localhost"), peer.certificate())));
  EXPECT_EQ(peer.asked_for(), "localhost");
}

TEST(TlsTest, AnAddressIsCheckedToo) {
  TlsPeer peer("IP:127.0.0.1");
  EXPECT_TRUE(is_ok(append_at(peer.url("127.0.0.1"), peer.certificate())));
  EXPECT_EQ(peer.asked_for(), "nobody");
}

TEST(TlsTest, AStrangerIsNot) {
  const TlsPeer peer("DNS:localhost");
  const auto ref = append_at(peer.url("localhost"), "");
  EXPECT_TRUE(is_error(ref, ErrorKind::kIo, "certificate"));
  EXPECT_FALSE(ref.error().retryable);
}

TEST(TlsTest, NorIsAnother) {
  const TlsPeer peer("DNS:other.example");
  EXPECT_TRUE(is_error(append_at(peer.url("localhost"), peer.certificate()), ErrorKind::kIo,
                       "certificate"));
}

TEST(TlsTest, ConnectingHasATimeoutOfItsOwn) {
  const Peer silent([](PeerConnection& connection) { connection.wait_for_end(); });
  remote::HttpStoreOptions options;
  options.connect_timeout = std::chrono::milliseconds(50);
  const auto store = store_at("https" + silent.url().substr(4), options);
  const auto ref = run(store->append(request("t", 1, "a")));
  EXPECT_TRUE(is_error(ref, ErrorKind::kInternal, "no connection within 50 ms"));
  EXPECT_TRUE(ref.error().retryable);
}

}  // namespace
}  // namespace skep::test
