// Sources of blobs that are no files.
#pragma once

#include <skep/blob.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace skep::test {

/// Gives `text` in pieces of `piece_bytes`, then the end, or `failure` in its place.
class TextSource final : public BlobSource {
 public:
  explicit TextSource(std::string text, std::size_t piece_bytes = 1'000'000)
      : text_(std::move(text)), piece_bytes_(piece_bytes) {}

  void fail_with(Error failure) { failure_ = std::move(failure); }

  boost::asio::awaitable<Result<std::size_t>> read(std::span<char> buffer) override {
    const auto size = std::min({buffer.size(), piece_bytes_, text_.size() - at_});
    if (size == 0 && failure_) co_return std::unexpected(*failure_);
    text_.copy(buffer.data(), size, at_);
    at_ += size;
    co_return size;
  }

 private:
  const std::string text_;
  const std::size_t piece_bytes_;
  std::size_t at_ = 0;
  std::optional<Error> failure_;
};

[[nodiscard]] inline std::shared_ptr<TextSource> source_of(std::string text,
                                                           std::size_t piece_bytes = 1'000'000) {
  return std::make_shared<TextSource>(std::move(text), piece_bytes);
}

}  // namespace skep::test
