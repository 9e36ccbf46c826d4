// What an event carries, as people and pipes want it.
#pragma once

#include <skep/output_event.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace skep::cli {

/// The bytes of the body: a JSON string decoded, any other value as it was written. None if the
/// store does not hold one: a progress event, or a file.
[[nodiscard]] std::optional<std::string> body_of(const OutputEvent& event);

/// Its size in bytes; of a file, what the producer claims.
[[nodiscard]] std::optional<std::uint64_t> body_bytes(const OutputEvent& event);

/// One text that tells the output from others, of any length: the body with what names it.
[[nodiscard]] std::string digest_of(const OutputEvent& event);

/// "file PATH (MIME, SIZE)".
[[nodiscard]] std::string describe(const FileRef& file);

}  // namespace skep::cli
