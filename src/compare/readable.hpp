// An event as people compare it.
#pragma once

#include "compare/stop.hpp"

#include <skep/output_event.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace skep::compare {

/// `head` says what the event is, on one line: "artifact draft.md, text". `body` is a text as its
/// characters, any other value with a member on each line, the words of a file or of a progress
/// event. Events are equal if both are.
struct Readable {
  std::string head;
  std::string body;
};

/// Anything once `stop` is set.
[[nodiscard]] Readable readable(const OutputEvent& event, const Stop& stop);

/// JSON text with each element and member on a line of its own, indented by two spaces to a depth
/// of 32. Tokens stay as they are spelled; white space between them does not count.
[[nodiscard]] std::string spread_json(std::string_view text, const Stop& stop = Stop());

}  // namespace skep::compare
