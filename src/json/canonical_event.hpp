// Stored events in the one spelling that writers of the format use.
#pragma once

#include <skep/output_event.hpp>

#include <optional>
#include <string_view>

namespace skep::json {

/// Reads an event with an inline value that is spelt as `write_event` (and mlua-swarm) spells it:
/// compactly, members in order, no escapes in its name. Nothing for any other text, which may still
/// be an event. `text` must be UTF-8. Takes half the time of reading members in any order.
[[nodiscard]] std::optional<OutputEvent> read_canonical_event(std::string_view text);

}  // namespace skep::json
