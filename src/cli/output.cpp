#include "cli/output.hpp"

#include "cli/interrupt.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace skep::cli {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10U;

}  // namespace

Output::Output(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)) {}

void Output::write(std::string_view bytes) {
  if (!ok()) return;
  if (buffer_.size() + bytes.size() > kBufferBytes) flush();
  if (bytes.size() > kBufferBytes) {
    write_through(bytes);
  } else {
    buffer_ += bytes;
  }
}

void Output::line(std::string_view text) {
  write(text);
  write("\n");
}

void Output::flush() {
  write_through(buffer_);
  buffer_.clear();
}

void Output::write_through(std::string_view bytes) {
  while (ok() && !bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      // A terminal or pipe that somebody else made non-blocking.
      pollfd ready{descriptor_, POLLOUT, 0};
      ::poll(&ready, 1, 1'000);
      if (interrupted()) error_ = EINTR;
    } else if (errno != EINTR || interrupted()) {
      error_ = errno;
    }
  }
}

Status Output::finish() {
  flush();
  if (ok()) return {};
  if (error_ == EPIPE) return fail_with(ExitCode::kOk, "");
  if (error_ == EINTR) return fail_with(ExitCode::kInterrupted, "interrupted");
  return fail_with(ExitCode::kIo,
                   "cannot write " + name_ + ": " + std::generic_category().message(error_));
}

}  // namespace skep::cli
