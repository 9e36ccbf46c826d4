// The parameters of a request.
#pragma once

#include "mcp/json_rpc.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace skep::mcp {

/// The text of that name; nothing if it is not there, or no text.
[[nodiscard]] inline std::optional<std::string> text_of(const JsonObject& object,
                                                        std::string_view name) {
  const JsonValue* value = object.if_contains(name);
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  if (text == nullptr) return std::nullopt;
  return std::string(text->data(), text->size());
}

/// The object of that name, or nullptr.
[[nodiscard]] inline const JsonObject* object_of(const JsonObject& object, std::string_view name) {
  const JsonValue* value = object.if_contains(name);
  return value != nullptr ? value->if_object() : nullptr;
}

}  // namespace skep::mcp
