#include "mcp/line_pipe.hpp"

#include "store/cancelled.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace skep::mcp {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10U;

}  // namespace

WakeUp::WakeUp() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void WakeUp::set() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

void WakeUp::reset() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto size = ::read(event_.get(), &count, sizeof count);
}

Result<void> WakeUp::wait_for(int descriptor, short events) const {
  std::array<pollfd, 2> waited{pollfd{descriptor, events, 0}, pollfd{event_.get(), POLLIN, 0}};
  while (::poll(waited.data(), waited.size(), -1) < 0) {
    if (errno != EINTR) return io_failed("can't wait for", "a standard stream", errno);
  }
  if (waited[1].revents != 0) return cancelled();
  return {};
}

Result<bool> LineInput::fill() {
  if (auto ready = wake_up_.wait_for(descriptor_, POLLIN); !ready) {
    return std::unexpected(std::move(ready.error()));
  }
  std::array<char, kBlockBytes> block;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  const auto size = ::read(descriptor_, block.data(), block.size());
  if (size < 0 && errno != EINTR && errno != EAGAIN) {
    return io_failed("can't read", "standard input", errno);
  }
  if (size > 0) buffer_.append(block.data(), static_cast<std::size_t>(size));
  return size != 0;
}

Result<std::optional<std::string>> LineInput::next() {
  const auto too_long = [this] {
    return fail(ErrorKind::kTooLarge,
                "a message may have " + std::to_string(max_line_bytes_) + " bytes");
  };
  for (;;) {
    const auto end = buffer_.find('\n', searched_);
    if (end != std::string::npos || (has_ended_ && !buffer_.empty())) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end == std::string::npos ? end : end + 1);
      searched_ = 0;
      if (std::exchange(is_passing_over_, false) || line.size() > max_line_bytes_) {
        return too_long();
      }
      return line;
    }
    if (has_ended_) return std::nullopt;
    searched_ = buffer_.size();
    if (buffer_.size() > max_line_bytes_) {
      is_passing_over_ = true;
      buffer_.clear();
      searched_ = 0;
    }
    const auto filled = fill();
    if (!filled) return std::unexpected(filled.error());
    has_ended_ = !*filled;
    if (has_ended_ && buffer_.empty() && std::exchange(is_passing_over_, false)) return too_long();
  }
}

Result<void> LineOutput::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    if (auto ready = wake_up_.wait_for(descriptor_, POLLOUT); !ready) return ready;
    // No more than a pipe takes at once where it is ready: the rest could block.
    const auto size =
        ::write(descriptor_, bytes.data(), std::min<std::size_t>(bytes.size(), 4'096));
    if (size > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno != EINTR && errno != EAGAIN) {
      return io_failed("can't write", "standard output", errno);
    }
  }
  return {};
}

}  // namespace skep::mcp
