// Texts as sequences of lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace skep::compare {

/// The lines of `text` without their line feeds; one more than it has line feeds, so that joining
/// them gives the text again. They live as long as it.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

/// How many that are.
[[nodiscard]] std::size_t count_lines(std::string_view text) noexcept;

/// Gives equal texts the same number, so that they compare as fast as numbers.
class Numbers {
 public:
  /// `text` must outlive it.
  [[nodiscard]] std::uint32_t of(std::string_view text) {
    return numbers_.try_emplace(text, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }
  [[nodiscard]] std::vector<std::uint32_t> of(const std::vector<std::string_view>& texts);

 private:
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

}  // namespace skep::compare
