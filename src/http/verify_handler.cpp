// Verifying the store, however long it takes.
#include "http/handlers.hpp"

#include <skep/verify.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <utility>

namespace skep::http {
namespace {

namespace asio = boost::asio;

// A verification under way. It outlives its request if that is given up, until the store noticed.
struct Running {
  Running(const asio::any_io_executor& executor, ClientShares::Share taken)
      : share(std::move(taken)), ended(executor) {}

  const ClientShares::Share share;
  asio::steady_timer ended;  // Cancelled at the end.
  asio::cancellation_signal cancel;
  std::optional<Result<VerifyReport>> report;
};

void start(OutputStore& store, const std::shared_ptr<Running>& running) {
  auto operation = store.verify();
  asio::co_spawn(
      running->ended.get_executor(), std::move(operation),
      asio::bind_cancellation_slot(running->cancel.slot(), [running](std::exception_ptr thrown,
                                                                     Result<VerifyReport> report) {
        running->report =
            thrown ? fail(ErrorKind::kInternal, "the verification threw") : std::move(report);
        running->ended.cancel();
      }));
}

// Waits until it has ended, but for no longer than `most`.
asio::awaitable<void> wait(Running& running, std::chrono::milliseconds most) {
  if (running.report) co_return;
  running.ended.expires_after(most);
  boost::system::error_code ignored;
  co_await running.ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

// JSON may begin with white space: so there is something to send while nothing is known.
class ReportSource final : public BodySource {
 public:
  ReportSource(std::shared_ptr<Running> running, std::chrono::milliseconds ping)
      : running_(std::move(running)), ping_(ping) {}
  ~ReportSource() override { running_->cancel.emit(asio::cancellation_type::terminal); }

  asio::awaitable<std::optional<std::string>> next() override {
    if (is_cut_ || is_told_) co_return std::nullopt;
    co_await wait(*running_, ping_);
    if (!running_->report) co_return "\n";
    if (!*running_->report) {
      is_cut_ = true;
      co_return std::nullopt;
    }
    is_told_ = true;
    co_return to_json(**running_->report);
  }

  [[nodiscard]] bool is_cut() const noexcept override { return is_cut_; }

 private:
  const std::shared_ptr<Running> running_;
  const std::chrono::milliseconds ping_;
  bool is_cut_ = false;
  bool is_told_ = false;
};

}  // namespace

AwaitableAnswer verify_store(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  auto [share, refusal] = service.verifications.take(request.client);
  if (!share) {
    co_return std::unexpected(no_room(beast_http::status::too_many_requests, "too_many_requests",
                                      "the store is being verified already"));
  }
  const auto running =
      std::make_shared<Running>(co_await asio::this_coro::executor, std::move(*share));
  auto source = std::make_unique<ReportSource>(running, service.options.stream_ping);
  start(service.store, running);
  // One that is short is answered as usual, and so is an error that comes at once.
  co_await wait(*running, service.options.stream_ping);
  Response response;
  response.headers.emplace_back("Cache-Control", "no-store");
  if (!running->report) {
    response.source = std::move(source);
  } else if (*running->report) {
    response.body = to_json(**running->report);
  } else {
    co_return refuse(running->report->error());
  }
  co_return response;
}

}  // namespace skep::http
