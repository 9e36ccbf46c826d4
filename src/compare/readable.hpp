// An event as people compare it.
#pragma once

#include "store/stop_flag.hpp"

#include <skep/output_event.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
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

/// With no more of the body than a little over `max_body_bytes`: one that has more is larger.
/// Anything once `stop` is set.
[[nodiscard]] Readable readable(const OutputEvent& event, std::size_t max_body_bytes,
                                const StopFlag& stop = StopFlag());

/// What tells events apart, without the text that `readable` makes: spread, a value of nested
/// arrays is 33 times as large.
struct Fingerprint {
  std::array<unsigned char, 32> digest{};  ///< Equal events share it.
  std::uint64_t head_bytes = 0;            ///< Of `Readable`.
  std::uint64_t body_bytes = 0;
  std::uint64_t source_bytes = 0;  ///< What was looked at for it.
};

/// Anything once `stop` is set.
[[nodiscard]] Fingerprint fingerprint(const OutputEvent& event, const StopFlag& stop = StopFlag());

/// JSON text with each element and member on a line of its own, indented by two spaces to a depth
/// of 32. Tokens stay as they are spelled; white space between them does not count.
[[nodiscard]] std::string spread_json(std::string_view text);

}  // namespace skep::compare
