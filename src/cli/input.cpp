#include "cli/input.hpp"

#include "cli/interrupt.hpp"

#include <unistd.h>

#include <cerrno>
#include <istream>
#include <system_error>

namespace skep::cli {

DescriptorBuffer::int_type DescriptorBuffer::underflow() {
  for (;;) {
    const ssize_t count =
        interrupted() ? (errno = EINTR, -1) : ::read(descriptor_, block_.data(), block_.size());
    if (count > 0) {
      setg(block_.data(), block_.data(), block_.data() + count);
      return traits_type::to_int_type(block_.front());
    }
    if (count == 0) return traits_type::eof();
    if (errno == EINTR && !interrupted()) continue;
    error_ = errno;
    throw std::system_error(error_, std::generic_category());
  }
}

Failure read_failure(const std::string& name, int error) {
  if (error == EINTR) return {ExitCode::kInterrupted, "interrupted"};
  return {ExitCode::kIo, "cannot read " + name + ": " + std::generic_category().message(error)};
}

OrFailure<std::string> read_standard_input(std::size_t max_bytes) {
  DescriptorBuffer buffer(STDIN_FILENO);
  std::istream in(&buffer);
  std::string text;
  std::array<char, std::size_t{64} << 10U> block{};
  while (in) {
    in.read(block.data(), block.size());
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > max_bytes) {
      return fail_with(ExitCode::kTooLarge,
                       "standard input is longer than " + std::to_string(max_bytes) + " bytes");
    }
  }
  if (in.bad()) return failed(read_failure("standard input", buffer.error()));
  return text;
}

}  // namespace skep::cli
