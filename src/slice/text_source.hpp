// Where a slice takes its bytes from.
#pragma once

#include <skep/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace skep::slice {

/// Bytes that can be read anywhere, a piece at a time. Not thread-safe. Must not change meanwhile.
class TextSource {
 public:
  TextSource() = default;
  TextSource(const TextSource&) = delete;
  TextSource& operator=(const TextSource&) = delete;
  virtual ~TextSource() = default;

  /// Fills `out`, which is not empty, from `offset` on and returns how many bytes it got: fewer
  /// than there is room for if that is convenient, but none at the end only.
  [[nodiscard]] virtual Result<std::size_t> read(std::uint64_t offset, std::span<char> out) = 0;
  [[nodiscard]] virtual std::uint64_t size_bytes() const = 0;
};

/// A text in memory, which must outlive it.
class StringSource final : public TextSource {
 public:
  explicit StringSource(std::string_view text) : text_(text) {}

  [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<char> out) override {
    if (offset >= text_.size()) return 0;
    return text_.copy(out.data(), out.size(), offset);
  }
  [[nodiscard]] std::uint64_t size_bytes() const override { return text_.size(); }

 private:
  std::string_view text_;
};

/// Bytes `begin` up to `end` of another source, which must outlive it.
class PartSource final : public TextSource {
 public:
  PartSource(TextSource& whole, std::uint64_t begin, std::uint64_t end)
      : whole_(whole), begin_(begin), size_(end - begin) {}

  [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<char> out) override {
    if (offset >= size_) return 0;
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset));
    return whole_.read(begin_ + offset, out.first(most));
  }
  [[nodiscard]] std::uint64_t size_bytes() const override { return size_; }

 private:
  TextSource& whole_;
  std::uint64_t begin_;
  std::uint64_t size_;
};

/// Whether to give up; asked about once for each 64 KiB that are read.
using Stop = std::function<bool()>;

}  // namespace skep::slice
