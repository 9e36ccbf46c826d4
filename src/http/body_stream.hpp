// The body of a request as it arrives, for a handler that takes it so.
#pragma once

#include "http/message_reader.hpp"

#include <skep/blob.hpp>

#include <optional>
#include <utility>

namespace skep::http {

/// Reads from a `Reader` that must outlive it; `on_rest` is called after each wait.
template <class Reader, class OnRest>
class BodyStream final : public BlobSource {
 public:
  BodyStream(Reader& reader, std::uint64_t max_bytes, OnRest on_rest)
      : reader_(reader), on_rest_(std::move(on_rest)) {
    reader_.begin_pieces(max_bytes);
  }

  Awaitable<std::size_t> read(std::span<char> buffer) override {
    const auto size = co_await reader_.read_piece(buffer);
    on_rest_();
    if (size && *size) {
      has_ended_ = **size == 0;
      co_return **size;
    }
    was_interrupted_ = size.has_value();
    if (!size) problem_ = size.error();
    co_return fail(ErrorKind::kIo, "the body could not be read");
  }

  [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }

  /// Whether the connection ended, or kept the reader waiting too long.
  [[nodiscard]] bool was_interrupted() const noexcept { return was_interrupted_; }

  /// What is wrong with the body.
  [[nodiscard]] const std::optional<Problem>& problem() const noexcept { return problem_; }

 private:
  Reader& reader_;
  OnRest on_rest_;
  std::optional<Problem> problem_;
  bool has_ended_ = false;
  bool was_interrupted_ = false;
};

}  // namespace skep::http
