// Looking at a source through a window of bounded size.
#pragma once

#include "slice/text_source.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace skep::slice {

/// Holds `kBytes` of a source. Not thread-safe; the source must outlive it.
class Window {
 public:
  static constexpr std::size_t kBytes = std::size_t{64} << 10U;
  static constexpr std::size_t kMostWanted = kBytes / 2;

  Window(TextSource& source, Stop stop) : source_(source), stop_(std::move(stop)) {}

  /// The bytes from `offset` on: `wanted` (at most `kMostWanted`) at least, or all up to the end.
  /// Valid until the next call. Errors: the source's; `kCancelled` when it is told to stop.
  [[nodiscard]] Result<std::string_view> at(std::uint64_t offset, std::size_t wanted = 1);

  [[nodiscard]] std::uint64_t size_bytes() const { return source_.size_bytes(); }

 private:
  [[nodiscard]] Result<void> fill(std::uint64_t offset);

  TextSource& source_;
  Stop stop_;
  std::string buffer_;
  std::uint64_t begin_ = 0;  // of the buffer, in the source
};

/// Calls `step(view, offset)` for each piece of bytes `begin` up to `end`, until it returns false.
template <class Step>
[[nodiscard]] Result<void> for_each_piece(Window& window, std::uint64_t begin, std::uint64_t end,
                                          Step step) {
  while (begin < end) {
    auto view = window.at(begin);
    if (!view) return std::unexpected(std::move(view.error()));
    if (view->empty()) break;
    if (view->size() > end - begin) *view = view->substr(0, end - begin);
    if (!step(*view, begin)) break;
    begin += view->size();
  }
  return {};
}

}  // namespace skep::slice
