#include "interchange/line_reader.hpp"

#include <cstring>

namespace skep::interchange {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10U;

}  // namespace

LineReader::LineReader(std::istream& in, std::size_t max_line_bytes)
    : in_(in), max_line_bytes_(max_line_bytes), block_(kBlockBytes) {}

bool LineReader::fill() {
  in_.read(block_.data(), static_cast<std::streamsize>(block_.size()));
  begin_ = 0;
  end_ = static_cast<std::size_t>(in_.gcount());
  return end_ != 0;
}

FaultOr<std::optional<std::string>> LineReader::next() {
  std::string line;
  bool started = false;
  while (begin_ != end_ || fill()) {
    started = true;
    const char* start = block_.data() + begin_;
    const void* feed = std::memchr(start, '\n', end_ - begin_);
    const std::size_t length =
        feed == nullptr ? end_ - begin_
                        : static_cast<std::size_t>(static_cast<const char*>(feed) - start);
    if (length > max_line_bytes_ - line.size()) {
      ++line_number_;
      return std::unexpected(
          Error(ErrorKind::kTooLarge,
                "the line is longer than " + std::to_string(max_line_bytes_) + " bytes"));
    }
    line.append(start, length);
    begin_ += length;
    consumed_bytes_ += length;
    if (feed != nullptr) {
      ++begin_;
      ++consumed_bytes_;
      ++line_number_;
      return line;
    }
  }
  if (in_.bad()) return std::unexpected(Fault::io("reading failed"));
  if (!started) return std::nullopt;
  ++line_number_;
  return line;
}

}  // namespace skep::interchange
