// Events within larger texts.
#pragma once

#include "json/cursor.hpp"

#include <skep/output_event.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace skep::json {

void write_event(std::string& out, const OutputEvent& event);

/// From so many bytes on a value is moved rather than copied.
inline constexpr std::size_t kLargeValueBytes = std::size_t{64} << 10U;

/// The inline value of an event, or nullptr.
[[nodiscard]] Inline* inline_of(OutputEvent& event) noexcept;

/// How the text around an event has been checked.
enum class Trust {
  kValidated,  ///< All of it passed `validate`.
  kStored,     ///< Not at all: it lay in a store.
};

/// Reads the event at the cursor. With `value` set, an inline value is not copied: the event has
/// `null` in its place, and `*value` is its text, within the text that is read.
[[nodiscard]] Result<OutputEvent> read_event(Cursor& cursor, Trust trust,
                                             std::string_view* value = nullptr);

/// As `to_json`, but the text of a large inline value is not copied: it becomes the JSON.
[[nodiscard]] std::string take_json(OutputEvent event);

}  // namespace skep::json
