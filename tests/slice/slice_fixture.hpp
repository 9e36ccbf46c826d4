// Short ways to slice a text.
#pragma once

#include "slice/parameters.hpp"
#include "slice/slice.hpp"
#include "support/expect.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skep::test {

using Given = std::pair<std::string_view, std::string>;

/// The query that the parameters ask for; they must be well-formed.
inline SliceQuery query(std::initializer_list<Given> given) {
  std::vector<slice::Parameter> parameters;
  for (const auto& [name, value] : given) parameters.push_back({name, value});
  return slice::from_parameters(parameters).value();
}

inline Result<Slice> slice_of(std::string_view text, const SliceQuery& query) {
  slice::StringSource source(text);
  return slice::slice_content(source, "text/plain; charset=utf-8", query, {});
}

/// What the parameters show of `text`; a failure shows "kind: message".
inline std::string shown(std::string_view text, std::initializer_list<Given> given) {
  const auto part = slice_of(text, query(given));
  if (part) return part->text;
  return std::string(to_string(part.error().kind)) + ": " + part.error().message;
}

/// All slices from `query` on, following `next`.
inline std::vector<Slice> slices_of(std::string_view text, SliceQuery query) {
  std::vector<Slice> slices;
  for (;;) {
    auto part = slice_of(text, query);
    EXPECT_TRUE(is_ok(part));
    if (!part) return slices;
    slices.push_back(std::move(*part));
    const auto& next = slices.back().next;
    if (!next || slices.size() > 100'000) return slices;
    query = *next;
  }
}

}  // namespace skep::test
