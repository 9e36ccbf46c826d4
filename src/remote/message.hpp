// A request to a server and its answer, as far as a store cares.
#pragma once

#include <skep/blob.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace skep::remote {

struct Request {
  enum class Method : std::uint8_t { kGet, kPost };

  Method method = Method::kGet;
  std::string target;
  std::string content_type;
  std::string body;
  std::string idempotency_key;         ///< Empty: none is sent.
  std::string range;                   ///< Of the content; empty: all of it.
  std::shared_ptr<BlobSource> source;  ///< The body, in place of `body`.
  std::string save_to;                 ///< A file, which takes the body of an answer that says yes.
  bool waits = false;                  ///< The server answers once there is something to tell.

  Request() = default;
  explicit Request(std::string get_target) : target(std::move(get_target)) {}
  Request(std::string post_target, std::string type, std::string post_body, std::string key = {})
      : method(Method::kPost),
        target(std::move(post_target)),
        content_type(std::move(type)),
        body(std::move(post_body)),
        idempotency_key(std::move(key)) {}

  [[nodiscard]] bool writes() const noexcept { return method == Method::kPost; }

  /// Whether to send it twice is as good as once. A source can be read once.
  [[nodiscard]] bool repeatable() const noexcept {
    return !writes() || (!idempotency_key.empty() && !source);
  }
};

struct Answer {
  unsigned status = 0;
  std::string body;

  Answer() = default;
  Answer(unsigned status_code, std::string text) : status(status_code), body(std::move(text)) {}
};

}  // namespace skep::remote
