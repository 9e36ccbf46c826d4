#include "http/mcp_streams.hpp"

#include "http/mcp_exchange.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace skep::http {
namespace {

constexpr const char* kPing = ": ping\n\n";

std::string updates_text(const std::vector<std::string>& uris, const mcp::JsonValue& subscription) {
  std::string events;
  for (const std::string& uri : uris) events += mcp_event(mcp::updated(uri, subscription));
  return events;
}

boost::asio::awaitable<void> pause_for(std::chrono::milliseconds time) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

class ListenStream final : public BodySource {
 public:
  ListenStream(ClientShares::Share share, mcp::JsonValue id, std::set<std::string> uris,
               mcp::Updates updates, std::chrono::milliseconds ping)
      : share_(std::move(share)),
        id_(std::move(id)),
        uris_(std::move(uris)),
        updates_(std::move(updates)),
        ping_(ping) {}

  boost::asio::awaitable<std::optional<std::string>> next() override {
    if (!std::exchange(has_begun_, true)) {
      co_return mcp_event(mcp::acknowledgement(id_, uris_));
    }
    // What concerns nobody here is not even to be seen by its time.
    const auto ping_at = std::chrono::steady_clock::now() + ping_;
    for (;;) {
      const auto now = std::chrono::steady_clock::now();
      if (now >= ping_at) co_return kPing;
      const auto rest = std::chrono::ceil<std::chrono::milliseconds>(ping_at - now);
      if (uris_.empty()) {
        auto pausing = pause_for(rest);
        co_await std::move(pausing);
        continue;
      }
      auto waiting = updates_.next(rest);
      const auto changed = co_await std::move(waiting);
      if (!changed) co_return std::nullopt;  // cancelled, or closed
      const auto wanted = mcp::wanted_of(*changed, uris_);
      if (!wanted.empty()) co_return updates_text(wanted, id_);
    }
  }

  [[nodiscard]] bool is_endless() const noexcept override { return true; }

 private:
  const ClientShares::Share share_;
  const mcp::JsonValue id_;  // Of the request that listens.
  const std::set<std::string> uris_;
  mcp::Updates updates_;
  const std::chrono::milliseconds ping_;
  bool has_begun_ = false;
};

class SessionStream final : public BodySource {
 public:
  SessionStream(const mcp::Service& service, ClientShares::Share share,
                std::shared_ptr<McpSession> session, std::uint64_t number,
                std::chrono::milliseconds ping)
      : share_(std::move(share)),
        session_(std::move(session)),
        updates_(service, session_->session.scope()),
        number_(number),
        ping_(ping) {}

  boost::asio::awaitable<std::optional<std::string>> next() override {
    if (!std::exchange(has_begun_, true)) co_return kPing;
    const auto ping_at = std::chrono::steady_clock::now() + ping_;
    while (!session_->has_ended) {
      if (std::chrono::steady_clock::now() >= ping_at) co_return kPing;
      const auto position = session_->position_for(number_);
      if (!position) break;
      if (session_->session.subscriptions().empty()) {
        auto pausing = pause_for(kLookAgain);
        co_await std::move(pausing);
        continue;
      }
      updates_.begin_after(*position);
      auto waiting = updates_.next(kLookAgain);
      const auto changed = co_await std::move(waiting);
      if (!changed) break;
      // Another stream, or a first subscription, may have set it meanwhile.
      if (!session_->advance(number_, *position, updates_.position())) continue;
      const auto wanted = mcp::wanted_of(*changed, session_->session.subscriptions());
      if (wanted.empty()) continue;
      // With an id for whoever comes back: what was sent may not have arrived.
      co_return "id: " + std::to_string(updates_.position()) + "\n" + updates_text(wanted, {});
    }
    co_return std::nullopt;
  }

  [[nodiscard]] bool is_endless() const noexcept override { return true; }

 private:
  // How soon a new subscription, or the end of the session, is noticed.
  static constexpr std::chrono::milliseconds kLookAgain{250};

  const ClientShares::Share share_;
  const std::shared_ptr<McpSession> session_;
  mcp::Updates updates_;
  const std::uint64_t number_;
  const std::chrono::milliseconds ping_;
  bool has_begun_ = false;
};

}  // namespace

std::unique_ptr<BodySource> listen_stream(ClientShares::Share share, mcp::JsonValue id,
                                          std::set<std::string> uris, mcp::Updates updates,
                                          std::chrono::milliseconds ping) {
  return std::make_unique<ListenStream>(std::move(share), std::move(id), std::move(uris),
                                        std::move(updates), ping);
}

std::unique_ptr<BodySource> session_stream(const mcp::Service& service, ClientShares::Share share,
                                           std::shared_ptr<McpSession> session,
                                           std::uint64_t number, std::chrono::milliseconds ping) {
  return std::make_unique<SessionStream>(service, std::move(share), std::move(session), number,
                                         ping);
}

}  // namespace skep::http
