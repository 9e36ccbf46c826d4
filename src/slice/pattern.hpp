// Regular expressions over pieces of a text.
#pragma once

#include <skep/slice.hpp>

#include <skep/error.hpp>

#include <memory>
#include <optional>
#include <string_view>

namespace re2 {
class RE2;
}

namespace skep::slice {

/// A pattern that never matches across lines, and takes time that is linear in the text.
class Pattern {
 public:
  /// It and what it keeps while it matches takes 8 MiB at most.
  /// Errors: `kInvalidArgument`, saying what RE2 says of the pattern, and where.
  [[nodiscard]] static Result<Pattern> compile(const Grep& grep);

  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  /// The first match in bytes `begin` up to `end` of `text`, whose other bytes count for `^`, `$`
  /// and `\b`. It lies within `text`.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view text, std::size_t begin,
                                                     std::size_t end) const;

 private:
  explicit Pattern(std::unique_ptr<re2::RE2> compiled);

  std::unique_ptr<re2::RE2> compiled_;
};

}  // namespace skep::slice
