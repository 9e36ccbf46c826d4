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

/// What a caller wants to be told of the progress with; null if it does not.
[[nodiscard]] inline JsonValue progress_token_of(const JsonObject& params) {
  const JsonObject* meta = object_of(params, "_meta");
  const JsonValue* token = meta != nullptr ? meta->if_contains("progressToken") : nullptr;
  const bool is_token = token != nullptr && (token->is_string() || token->is_number());
  return is_token ? JsonValue(*token, boost::json::storage_ptr()) : JsonValue();
}

}  // namespace skep::mcp
