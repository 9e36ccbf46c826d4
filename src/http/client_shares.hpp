// How much of something each client has at the moment.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace skep::http {

/// Counts what is taken, in all and by client, against two limits. Thread-safe.
class ClientShares {
 public:
  enum class Refusal { kAll, kClient };

  /// Gives back one at its end. The shares must outlive it.
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
      if (shares_ != nullptr) shares_->give_back(client_, 1);
    }

   private:
    ClientShares* shares_;
    std::string client_;
  };

  ClientShares(std::size_t max_count, std::size_t max_per_client)
      : max_count_(max_count), max_per_client_(max_per_client) {}

  /// One for the client, or which limit keeps it from that.
  [[nodiscard]] std::pair<std::optional<Share>, Refusal> take(const std::string& client) {
    if (const auto refusal = take(client, 1)) return {std::nullopt, *refusal};
    return {Share(*this, client), Refusal::kAll};
  }

  /// So many, to be given back; or the limit that keeps the client from them. REQUIRES: not 0.
  [[nodiscard]] std::optional<Refusal> take(const std::string& client, std::size_t count) {
    const std::lock_guard lock(mutex_);
    if (count > max_count_ - count_) return Refusal::kAll;
    const auto found = by_client_.find(client);
    const std::size_t taken = found != by_client_.end() ? found->second : 0;
    if (taken >= max_per_client_ || count > max_per_client_ - taken) return Refusal::kClient;
    by_client_[client] = taken + count;
    count_ += count;
    return std::nullopt;
  }

  /// REQUIRES: they were taken for that client.
  void give_back(const std::string& client, std::size_t count) {
    const std::lock_guard lock(mutex_);
    count_ -= count;
    const auto found = by_client_.find(client);
    found->second -= count;
    if (found->second == 0) by_client_.erase(found);
  }

 private:
  const std::size_t max_count_;
  const std::size_t max_per_client_;
  std::mutex mutex_;
  std::size_t count_ = 0;
  std::unordered_map<std::string, std::size_t> by_client_;
};

}  // namespace skep::http
