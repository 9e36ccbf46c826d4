// The JSON of a request to append: a record without what the store gives it.
#pragma once

#include "json/envelope.hpp"

#include <skep/output_store.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace skep::json {

/// Reads `{task_id, attempt, producer_agent, event, parent_refs?, value_text?}` from a text that
/// was validated. With `agent` set, that is the producer, and a `producer_agent` is ignored.
/// A large value keeps the memory of `text`; it is not copied.
/// Errors: as `event_from_json`; the limit holds for the event alone.
[[nodiscard]] Result<AppendRequest> take_request(std::string text, std::size_t max_bytes,
                                                 const std::string* agent = nullptr);
[[nodiscard]] Result<AppendRequest> read_request(std::string_view text, std::size_t max_bytes,
                                                 const std::string* agent = nullptr);

/// The same members of an envelope that may have others. `value`: as for `read_event`.
[[nodiscard]] Result<AppendRequest> read_request(const Envelope& envelope, std::size_t max_bytes,
                                                 const std::string* agent = nullptr,
                                                 std::string_view* value = nullptr);

}  // namespace skep::json
