// The memory that bodies of requests and answers take, all together.
#pragma once

#include "http/problem.hpp"
#include "http/service.hpp"

#include <algorithm>
#include <cstddef>

namespace skep::http {

/// What one body takes; given back at its end.
class BodyMemory {
 public:
  explicit BodyMemory(Service& service) : service_(service) {}
  BodyMemory(const BodyMemory&) = delete;
  BodyMemory& operator=(const BodyMemory&) = delete;
  ~BodyMemory() { release(); }

  /// Whether there is room for `bytes` in all, which are taken then.
  [[nodiscard]] bool grow_to(std::size_t bytes) {
    if (bytes <= taken_) return true;
    const std::size_t more = bytes - taken_;
    if (service_.body_memory_bytes.fetch_add(more) + more >
        service_.options.max_body_memory_bytes) {
      service_.body_memory_bytes.fetch_sub(more);
      return false;
    }
    taken_ = bytes;
    service_.metrics.body_memory_bytes.Increment(static_cast<double>(more));
    return true;
  }

  void release() {
    service_.body_memory_bytes.fetch_sub(taken_);
    service_.metrics.body_memory_bytes.Decrement(static_cast<double>(taken_));
    taken_ = 0;
  }

 private:
  Service& service_;
  std::size_t taken_ = 0;
};

/// Why a body has to wait.
[[nodiscard]] inline Problem no_body_memory() {
  return overloaded("the bodies of other requests take all the memory there is for them");
}

}  // namespace skep::http
