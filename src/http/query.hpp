// The target of a request: its path and its query parameters.
#pragma once

#include "http/problem.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skep::http {

/// Decoded parameters, in their order.
class Query {
 public:
  void add(std::string name, std::string value) {
    parameters_.emplace_back(std::move(name), std::move(value));
  }

  /// Fails for a parameter that is not one of `names`, and for one that is there twice unless it is
  /// `repeatable`. `token` is always allowed.
  [[nodiscard]] OrProblem<void> expect(std::initializer_list<std::string_view> names,
                                       std::string_view repeatable = {}) const;

  [[nodiscard]] const std::string* find(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

  // These fail, naming the parameter, where its value has another form.
  [[nodiscard]] OrProblem<std::string> required(std::string_view name) const;
  [[nodiscard]] OrProblem<std::optional<std::uint64_t>> number(std::string_view name,
                                                               std::uint64_t min,
                                                               std::uint64_t max) const;
  [[nodiscard]] OrProblem<bool> flag(std::string_view name, bool otherwise) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

struct Target {
  std::optional<std::string> authority;  ///< Of an absolute form: "http://authority/path".
  bool is_server = false;                ///< "*": the server as a whole, which has no segments.
  std::vector<std::string> segments;     ///< Percent-decoded; "/a/b" has two.
  Query query;                           ///< Decoded as forms are: a `+` is a space.
};

/// Reads the target of a request: its origin form ("/path?query"), the absolute one that proxies
/// use, or "*" (RFC 9112, 3.2). Fails with a 400.
[[nodiscard]] OrProblem<Target> parse_target(std::string_view text);

}  // namespace skep::http
