// The memory that bodies of requests and answers take, all together.
#pragma once

#include "http/service.hpp"
#include "http/too_many.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace skep::http {

/// What one body takes; given back at its end.
class BodyMemory {
 public:
  /// It counts against what `client` may take.
  BodyMemory(Service& service, std::string client)
      : service_(service), client_(std::move(client)) {}
  BodyMemory(const BodyMemory&) = delete;
  BodyMemory& operator=(const BodyMemory&) = delete;
  ~BodyMemory() { release(); }

  /// Takes room for `bytes` in all; fails if there is none.
  [[nodiscard]] OrProblem<void> grow_to(std::size_t bytes) {
    if (bytes <= taken_) return {};
    const std::size_t more = bytes - taken_;
    const auto refusal = service_.body_bytes.take(client_, more);
    if (refusal) return too_many(*refusal, "bytes of bodies");
    taken_ = bytes;
    service_.metrics.body_memory_bytes.Increment(static_cast<double>(more));
    return {};
  }

  void release() {
    if (taken_ == 0) return;
    service_.body_bytes.give_back(client_, taken_);
    service_.metrics.body_memory_bytes.Decrement(static_cast<double>(taken_));
    taken_ = 0;
  }

 private:
  Service& service_;
  const std::string client_;
  std::size_t taken_ = 0;
};

}  // namespace skep::http
