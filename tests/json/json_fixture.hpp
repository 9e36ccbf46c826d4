// What the JSON tests share.
#pragma once

#include <skep/json.hpp>

#include <gtest/gtest.h>

#include <string>

namespace skep::test {

/// `depth` arrays within each other.
inline std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

inline std::string inline_final(const std::string& value) {
  return R"({"type":"final","content":{"kind":"inline","value":)" + value + R"(},"ok":true})";
}

/// The message with which `json` is refused as an event; empty if it is not.
inline std::string refusal(std::string_view json) {
  const auto event = event_from_json(json);
  if (event) return {};
  EXPECT_EQ(event.error().kind, ErrorKind::kInvalidArgument) << json;
  return event.error().message;
}

/// The event that `json` spells.
inline OutputEvent event(std::string_view json) {
  auto read = event_from_json(json);
  EXPECT_TRUE(read) << json << ": " << (read ? "" : read.error().message);
  return read ? std::move(*read) : OutputEvent();
}

}  // namespace skep::test
