#include "mcp/running.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace skep::mcp {

OrRpcError<std::shared_ptr<RunningRequest>> Running::add(const JsonValue& id,
                                                         boost::asio::any_io_executor executor) {
  const std::lock_guard lock(mutex_);
  if (requests_.size() >= kMaxRunningRequests) {
    return rpc_fail(RpcCode::kInternal,
                    "too many requests under way: at most " + std::to_string(kMaxRunningRequests));
  }
  auto request = std::make_shared<RunningRequest>(std::move(executor));
  if (!requests_.emplace(boost::json::serialize(id), request).second) {
    return rpc_fail(RpcCode::kInvalidRequest, "a request with that id is under way");
  }
  return request;
}

void Running::remove(const JsonValue& id) {
  const std::lock_guard lock(mutex_);
  requests_.erase(boost::json::serialize(id));
}

void Running::cancel(const std::shared_ptr<RunningRequest>& request) {
  boost::asio::post(request->executor, [request] {
    request->is_cancelled = true;
    request->cancel.emit(boost::asio::cancellation_type::terminal);
  });
}

void Running::cancel(const JsonValue& id) {
  const std::lock_guard lock(mutex_);
  const auto found = requests_.find(boost::json::serialize(id));
  if (found != requests_.end()) cancel(found->second);
}

void Running::cancel_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, request] : requests_) cancel(request);
}

std::size_t Running::count() const {
  const std::lock_guard lock(mutex_);
  return requests_.size();
}

}  // namespace skep::mcp
