// The JSON of a request to append: a record without what the store gives it.
#pragma once

#include "json/envelope.hpp"
#include "json/event_json.hpp"
#include "json/parent_refs.hpp"
#include "json/write.hpp"

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

/// Appends the members from `task_id` to `parent_refs`, without braces around them, of an
/// `AppendRequest` or an `OutputRecord`.
template <class Output>
void write_members(std::string& out, const Output& output) {
  out += R"("task_id":)";
  write_string(out, output.task_id);
  out += R"(,"attempt":)";
  out += std::to_string(output.attempt);
  out += R"(,"producer_agent":)";
  write_string(out, output.producer_agent);
  out += R"(,"event":)";
  write_event(out, output.event);
  out += R"(,"parent_refs":)";
  write_parent_refs(out, output.parent_refs);
}

}  // namespace skep::json
