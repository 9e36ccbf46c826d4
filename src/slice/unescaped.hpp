// The characters that a JSON string spells, without holding them.
#pragma once

#include "slice/window.hpp"

#include <memory>
#include <vector>

namespace skep::slice {

/// A source of the characters of a JSON string. It holds two windows, and 16 bytes for each 32 KiB
/// or more of the string, from which it can begin to read.
class UnescapedSource final : public TextSource {
 public:
  /// The string between the quotes, bytes `begin` up to `end` of `json`, is read through once.
  /// `json` must outlive it.
  /// Errors: `kCorrupt`, naming the byte, if it is not what a JSON string may hold.
  [[nodiscard]] static Result<std::unique_ptr<UnescapedSource>> open(TextSource& json,
                                                                     std::uint64_t begin,
                                                                     std::uint64_t end,
                                                                     const Stop& stop);

  [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<char> out) override;
  [[nodiscard]] std::uint64_t size_bytes() const override { return marks_.back().spelt; }

 private:
  // A place in the string, as it is written and as it is spelt.
  struct Mark {
    std::uint64_t written;
    std::uint64_t spelt;
  };

  UnescapedSource(TextSource& json, std::uint64_t begin, std::uint64_t end, const Stop& stop)
      : window_(json, stop), end_(end), marks_{{begin, 0}} {}

  // Fills `out`, of 4 bytes or more, with whole characters from `at` on, and moves `at` behind
  // them.
  [[nodiscard]] Result<std::size_t> unescape(Mark& at, std::span<char> out);
  // Appends the character that is escaped at `at`, if it has room.
  [[nodiscard]] Result<bool> unescape_one(Mark& at, std::span<char> out, std::size_t& filled);

  Window window_;
  std::uint64_t end_;
  std::vector<Mark> marks_;
  Mark last_{0, 0};  // where the last read ended
  std::string scratch_;
};

}  // namespace skep::slice
