// Events within larger texts.
#pragma once

#include "json/cursor.hpp"

#include <skep/output_event.hpp>

#include <string>

namespace skep::json {

void write_event(std::string& out, const OutputEvent& event);

/// How the text around an event has been checked.
enum class Trust {
  kValidated,  ///< All of it passed `validate`.
  kStored,     ///< Not at all: it lay in a store.
};

/// Reads the event at the cursor.
[[nodiscard]] Result<OutputEvent> read_event(Cursor& cursor, Trust trust);

}  // namespace skep::json
