#include "http/pruner.hpp"

#include "http/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <string>
#include <utility>

namespace skep::http {
namespace {

namespace asio = boost::asio;

// Whose share a policy takes: no client has that name.
const std::string kPolicy = "the policy";

}  // namespace

Pruner::Pruner(Service& service) : service_(service) {
  const ServerOptions& options = service.options;
  if (!options.prune_older_than && !options.prune_keep) return;
  asio::co_spawn(context_, run(),
                 asio::bind_cancellation_slot(stop_.slot(), [](std::exception_ptr) {
                   // It only ever ends because it is stopped.
                 }));
  thread_ = std::thread([this] { context_.run(); });
}

Pruner::~Pruner() {
  if (!thread_.joinable()) return;
  asio::post(context_, [this] { stop_.emit(asio::cancellation_type::terminal); });
  thread_.join();
}

asio::awaitable<void> Pruner::run() {
  asio::steady_timer timer(context_);
  for (;;) {
    co_await prune_once();
    timer.expires_after(service_.options.prune_every);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Pruner::prune_once() {
  auto [share, refusal] = service_.prunes.take(kPolicy);
  if (!share) co_return;  // somebody prunes by hand; there is a next time
  PruneQuery query;
  query.dry_run = false;
  query.keep_per_producer = service_.options.prune_keep;
  if (service_.options.prune_older_than) {
    query.older_than = std::chrono::floor<std::chrono::milliseconds>(
        std::chrono::system_clock::now() - *service_.options.prune_older_than);
  }
  auto operation = service_.store.prune(std::move(query));
  const auto report = co_await std::move(operation);
  if (report) {
    service_.metrics.pruned_records.Increment(static_cast<double>(report->record_count));
    log_event(LogLevel::kInfo, "pruned",
              {{"records", std::to_string(report->record_count)},
               {"bytes", std::to_string(report->bytes)},
               {"given_back_bytes", std::to_string(report->given_back_bytes)},
               {"blobs", std::to_string(report->blob_count)},
               {"blob_bytes", std::to_string(report->blob_bytes)}});
  } else if (report.error().kind != ErrorKind::kCancelled) {
    service_.metrics.prune_failures.Increment();
    log_event(LogLevel::kError, "pruning failed", {{"error", report.error().message}});
  }
}

}  // namespace skep::http
