// Lines of a stream, none longer than a limit.
#pragma once

#include "interchange/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace skep::interchange {

/// Reads lines that end in a line feed, or with the stream. Holds one line and one block at a time.
/// The stream must outlive it. Not thread-safe.
class LineReader {
 public:
  LineReader(std::istream& in, std::size_t max_line_bytes);

  /// The next line without its line feed; none at the end.
  /// Errors: `kTooLarge` for a line over the limit; an I/O fault if the stream fails.
  [[nodiscard]] FaultOr<std::optional<std::string>> next();

  /// The number of the line that `next` read last, from 1.
  [[nodiscard]] std::uint64_t line_number() const noexcept { return line_number_; }

  /// How many bytes `next` has gone through.
  [[nodiscard]] std::uint64_t consumed_bytes() const noexcept { return consumed_bytes_; }

 private:
  [[nodiscard]] bool fill();

  std::istream& in_;
  std::size_t max_line_bytes_;
  std::vector<char> block_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t line_number_ = 0;
  std::uint64_t consumed_bytes_ = 0;
};

}  // namespace skep::interchange
