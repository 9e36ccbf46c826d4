// The arguments of a tool, read strictly.
#pragma once

#include "mcp/json_rpc.hpp"

#include <skep/error.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skep::mcp {

/// What is wrong first is kept, in words that help to mend it; what is read after that is unset.
class Arguments {
 public:
  /// `known` names all that the tool takes. `object` must outlive this.
  Arguments(const JsonObject& object, std::initializer_list<std::string_view> known);

  [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }

  [[nodiscard]] std::optional<std::string> text(std::string_view name);
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name, std::uint64_t min,
                                                    std::uint64_t max);
  [[nodiscard]] bool flag(std::string_view name, bool otherwise);
  [[nodiscard]] std::vector<std::string> texts(std::string_view name);

  /// Says that something else is wrong.
  void refuse(std::string message);

  /// Nothing if all is well.
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

 private:
  /// The value of that name, if it is there and not null.
  [[nodiscard]] const JsonValue* find(std::string_view name) const;
  void expect(std::string_view name, std::string_view what);

  const JsonObject& object_;
  std::optional<Error> error_;
};

}  // namespace skep::mcp
