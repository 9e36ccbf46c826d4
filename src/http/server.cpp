#include "http/server.hpp"

#include "http/check_options.hpp"
#include "http/lane.hpp"
#include "http/log.hpp"
#include "http/message_reader.hpp"
#include "http/pruner.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace skep::http {
namespace {

using boost::asio::ip::tcp;

// When no descriptor is free, say: then some connection has to end first.
constexpr std::chrono::milliseconds kAcceptPause(50);

// To more than so many at a time the server does not say why it has no room for them.
constexpr std::size_t kMaxTurnedAway = 64;

Error listen_error(const ServerOptions& options, const boost::system::error_code& error) {
  return {ErrorKind::kInternal, "cannot listen on " + options.address + " port " +
                                    std::to_string(options.port) + ": " + error.message()};
}

}  // namespace

class Server::Impl {
 public:
  Impl(OutputStore& store, ServerOptions options, std::unique_ptr<auth::KeyFile> keys,
       std::optional<boost::asio::ssl::context> tls)
      : service_(store, std::move(options), std::move(keys)),
        router_(all_routes(), service_.metrics),
        tls_(std::move(tls)) {}

  Result<void> listen() {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(service_.options.address, error);
    if (error) return std::unexpected(listen_error(service_.options, error));
    const tcp::endpoint endpoint(address, service_.options.port);
    for (std::size_t i = 0; i < service_.options.thread_count; ++i) {
      lanes_.push_back(std::make_unique<Lane>(service_));
    }
    acceptor_.emplace(lanes_.front()->context());
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) return std::unexpected(listen_error(service_.options, error));
    endpoint_ = acceptor_->local_endpoint();
    pruner_.emplace(service_);
    boost::asio::co_spawn(lanes_.front()->context(), accept(), boost::asio::detached);
    return {};
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return endpoint_.port(); }

  [[nodiscard]] std::string url() const {
    const auto address = endpoint_.address();
    const std::string host =
        address.is_v6() ? '[' + address.to_string() + ']' : address.to_string();
    return (tls_ ? "https://" : "http://") + host + ':' + std::to_string(port());
  }

  void stop() {
    const std::lock_guard lock(stopping_);
    if (service_.stopping.exchange(true)) return;
    if (lanes_.empty()) return;
    boost::asio::post(lanes_.front()->context(), [this] {
      boost::system::error_code ignored;
      if (acceptor_) acceptor_->close(ignored);
    });
    for (const auto& lane : lanes_) lane->stop();
    pruner_.reset();  // which waits until the store has noticed
    const auto deadline = std::chrono::steady_clock::now() + service_.options.stop_timeout;
    while (service_.connection_count != 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (service_.connection_count != 0) {
      log_event(LogLevel::kWarn, "connections are cut",
                {{"count", std::to_string(service_.connection_count)}});
    }
    for (const auto& lane : lanes_) lane->cut();
    for (const auto& lane : lanes_) lane->end();
  }

 private:
  boost::asio::awaitable<void> accept() {
    for (std::size_t next = 0; !service_.stopping; ++next) {
      Lane& lane = *lanes_[next % lanes_.size()];
      auto [error, socket] = co_await acceptor_->async_accept(lane.context(), kAsTuple);
      if (error == boost::asio::error::operation_aborted || service_.stopping) co_return;
      if (error) {
        boost::asio::steady_timer timer(lanes_.front()->context(), kAcceptPause);
        co_await timer.async_wait(kAsTuple);
        continue;
      }
      boost::system::error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      const bool has_room = service_.connection_count < service_.options.max_connection_count;
      // Only here they become more. Those who are turned away take a moment, too.
      auto& count = has_room ? service_.connection_count : service_.turned_away_count;
      if (!has_room && count >= kMaxTurnedAway) {
        service_.metrics.refusal("overloaded").Increment();
        continue;
      }
      ++count;
      auto session =
          make_session(std::move(socket), tls_ ? &*tls_ : nullptr, service_, router_, has_room);
      lane.start(std::move(session), count);
    }
  }

  Service service_;
  Router router_;
  std::optional<boost::asio::ssl::context> tls_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::optional<Pruner> pruner_;
  std::optional<tcp::acceptor> acceptor_;
  tcp::endpoint endpoint_;
  std::mutex stopping_;
};

Result<std::unique_ptr<Server>> Server::start(OutputStore& store, ServerOptions options) {
  if (auto valid = check(options); !valid) return std::unexpected(std::move(valid.error()));
  std::unique_ptr<auth::KeyFile> keys;
  if (!options.no_auth) {
    auto opened = auth::KeyFile::open(options.key_file);
    if (!opened) return std::unexpected(std::move(opened.error()));
    keys = std::move(*opened);
  }
  auto tls = make_tls(options);
  if (!tls) return std::unexpected(std::move(tls.error()));
  auto impl = std::make_unique<Impl>(store, std::move(options), std::move(keys), std::move(*tls));
  if (auto listening = impl->listen(); !listening) {
    return std::unexpected(std::move(listening.error()));
  }
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { stop(); }
std::uint16_t Server::port() const noexcept { return impl_->port(); }
std::string Server::url() const { return impl_->url(); }
void Server::stop() { impl_->stop(); }

}  // namespace skep::http
