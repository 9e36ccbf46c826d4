// How much of something each client has at the moment.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace skep::http {

/// Counts what is taken, in all and by client, against two limits. Thread-safe.
class ClientShares {
 public:
  enum class Refusal { kAll, kClient };

  /// Gives back what was taken at its end. The shares must outlive it.
  class Share {
   public:
    Share(ClientShares& shares, std::string client)
        : shares_(&shares), client_(std::move(client)) {}
    Share(Share&& other) noexcept
        : shares_(std::exchange(other.shares_, nullptr)), client_(std::move(other.client_)) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    Share& operator=(Share&&) = delete;
    ~Share() {
      if (shares_ != nullptr) shares_->give_back(client_);
    }

   private:
    ClientShares* shares_;
    std::string client_;
  };

  ClientShares(std::size_t max_count, std::size_t max_per_client)
      : max_count_(max_count), max_per_client_(max_per_client) {}

  /// A share, or which limit keeps it from the client.
  [[nodiscard]] std::pair<std::optional<Share>, Refusal> take(const std::string& client) {
    const std::lock_guard lock(mutex_);
    if (count_ >= max_count_) return {std::nullopt, Refusal::kAll};
    std::size_t& taken = by_client_[client];
    if (taken >= max_per_client_) return {std::nullopt, Refusal::kClient};
    ++taken;
    ++count_;
    return {Share(*this, client), Refusal::kAll};
  }

  [[nodiscard]] std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  void give_back(const std::string& client) {
    const std::lock_guard lock(mutex_);
    --count_;
    const auto found = by_client_.find(client);
    if (--found->second == 0) by_client_.erase(found);
  }

  const std::size_t max_count_;
  const std::size_t max_per_client_;
  mutable std::mutex mutex_;
  std::size_t count_ = 0;
  std::unordered_map<std::string, std::size_t> by_client_;
};

}  // namespace skep::http
