#include "mcp/outbox.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace skep::mcp {

Outbox::Outbox(boost::asio::io_context& context, int descriptor)
    : wake_up_(context),
      output_(start_isle<LineOutput>([descriptor]() -> Result<std::unique_ptr<LineOutput>> {
        return std::make_unique<LineOutput>(descriptor);
      })) {}

void Outbox::send(const JsonValue& message) {
  std::string line = boost::json::serialize(message) + '\n';
  waiting_bytes_ += line.size();
  waiting_.push_back(std::move(line));
  wake_up_.cancel();
}

boost::asio::awaitable<Result<void>> Outbox::run() {
  for (;;) {
    while (!waiting_.empty()) {
      const auto line = std::make_shared<std::string>(std::move(waiting_.front()));
      waiting_.pop_front();
      auto writing = output_.isle.call(
          [line](LineOutput& output) { return output.write(*line); }, {},
          boost::asio::bind_cancellation_slot(abandon_.slot(), boost::asio::use_awaitable));
      auto written = co_await std::move(writing);
      waiting_bytes_ -= line->size();
      if (!written) co_return written;
    }
    if (has_ended_) co_return Result<void>();
    wake_up_.expires_at(std::chrono::steady_clock::time_point::max());
    boost::system::error_code ignored;
    co_await wake_up_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
}

void Outbox::end() {
  has_ended_ = true;
  wake_up_.cancel();
}

void Outbox::abandon() {
  waiting_.clear();
  end();
  abandon_.emit(boost::asio::cancellation_type::terminal);
}

}  // namespace skep::mcp
