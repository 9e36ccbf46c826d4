#include "slice/window.hpp"

#include <utility>

namespace skep::slice {

Result<std::string_view> Window::at(std::uint64_t offset, std::size_t wanted) {
  const auto view = [this, offset]() -> std::string_view {
    if (offset < begin_ || offset >= begin_ + buffer_.size()) return {};
    return std::string_view(buffer_).substr(static_cast<std::size_t>(offset - begin_));
  };
  const bool is_held = view().size() >= wanted || begin_ + buffer_.size() >= size_bytes();
  if (is_held && !view().empty()) return view();
  if (offset >= size_bytes()) return std::string_view();
  if (auto filled = fill(offset); !filled) return std::unexpected(std::move(filled.error()));
  return view();
}

Result<void> Window::fill(std::uint64_t offset) {
  if (stop_ && stop_()) return fail(ErrorKind::kCancelled, "the slice was given up");
  begin_ = offset;
  buffer_.resize(kBytes);
  std::size_t filled = 0;
  // A source may keep back a few bytes of room that its next character does not fit in.
  while (filled < kMostWanted) {
    const auto got = source_.read(offset + filled, std::span(buffer_).subspan(filled));
    if (!got) {
      buffer_.clear();
      return std::unexpected(got.error());
    }
    if (*got == 0) break;
    filled += *got;
  }
  buffer_.resize(filled);
  return {};
}

}  // namespace skep::slice
