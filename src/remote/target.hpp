// Writing the target of a request.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace skep::remote {

/// A path with a query, percent-encoded.
class Target {
 public:
  explicit Target(std::string_view path) : text_(path) {}

  /// Appends a segment of the path that spells any text but an empty one. Before the first `add`.
  Target& segment(std::string_view text);

  Target& add(std::string_view name, std::string_view value);

  template <std::integral Integer>
  Target& add(std::string_view name, Integer value) {
    return add(name, std::string_view(std::to_string(value)));
  }

  template <class T>
  Target& add(std::string_view name, const std::optional<T>& value) {
    if (value) add(name, *value);
    return *this;
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
  bool has_query_ = false;
};

}  // namespace skep::remote
