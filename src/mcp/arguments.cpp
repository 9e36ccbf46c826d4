#include "mcp/arguments.hpp"

#include <algorithm>
#include <cmath>

namespace skep::mcp {
namespace {

// Models write whole numbers as 5.0, too.
std::optional<std::uint64_t> whole_number(const JsonValue& value) {
  constexpr double kMostExact = 9'007'199'254'740'992;  // 2^53
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_int64() && value.get_int64() >= 0) {
    return static_cast<std::uint64_t>(value.get_int64());
  }
  if (!value.is_double()) return std::nullopt;
  const double number = value.get_double();
  if (number < 0 || number > kMostExact || std::trunc(number) != number) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

std::string joined(std::initializer_list<std::string_view> words) {
  std::string all;
  for (const std::string_view word : words) {
    if (!all.empty()) all += ", ";
    all += word;
  }
  return all;
}

}  // namespace

Arguments::Arguments(const JsonObject& object, std::initializer_list<std::string_view> known)
    : object_(object) {
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::find(known, name) != known.end()) continue;
    refuse("there is no argument '" + std::string(name) + "' here; there are: " + joined(known));
  }
}

const JsonValue* Arguments::find(std::string_view name) const {
  if (error_) return nullptr;
  const JsonValue* value = object_.if_contains(name);
  return value != nullptr && !value->is_null() ? value : nullptr;
}

void Arguments::expect(std::string_view name, std::string_view what) {
  refuse("'" + std::string(name) + "' must be " + std::string(what));
}

std::optional<std::string> Arguments::text(std::string_view name) {
  const JsonValue* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const auto* string = value->if_string()) return std::string(string->data(), string->size());
  expect(name, "a string");
  return std::nullopt;
}

std::optional<std::uint64_t> Arguments::number(std::string_view name, std::uint64_t min,
                                               std::uint64_t max) {
  const JsonValue* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto number = whole_number(*value);
  if (number && *number >= min && *number <= max) return number;
  expect(name, "a whole number, " + std::to_string(min) + " to " + std::to_string(max));
  return std::nullopt;
}

bool Arguments::flag(std::string_view name, bool otherwise) {
  const JsonValue* value = find(name);
  if (value == nullptr) return otherwise;
  if (value->is_bool()) return value->get_bool();
  expect(name, "true or false");
  return otherwise;
}

std::vector<std::string> Arguments::texts(std::string_view name) {
  const JsonValue* value = find(name);
  std::vector<std::string> all;
  if (value == nullptr) return all;
  const JsonArray* array = value->if_array();
  const bool is_right = array != nullptr && std::ranges::all_of(*array, &JsonValue::is_string);
  if (!is_right) {
    expect(name, "an array of strings");
    return all;
  }
  for (const JsonValue& item : *array) {
    all.emplace_back(item.get_string().data(), item.get_string().size());
  }
  return all;
}

void Arguments::refuse(std::string message) {
  if (!error_) error_.emplace(ErrorKind::kInvalidArgument, std::move(message));
}

}  // namespace skep::mcp
