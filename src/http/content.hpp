// The content of a record as a body, whole or in part.
#pragma once

#include "http/exchange.hpp"
#include "http/service.hpp"

#include <skep/output_record.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace skep::http {

/// A part of a body: `first` … `last`, both included.
struct ByteRange {
  std::uint64_t first;
  std::uint64_t last;
};

/// What a `Range` header asks for: one range of bytes that a body of `size` has. Nothing if it asks
/// for several, or for something else: then the whole body is the answer (RFC 9110, 14.2). Fails
/// with 416 if the range lies outside.
[[nodiscard]] OrProblem<std::optional<ByteRange>> parse_range(std::string_view header,
                                                              std::uint64_t size);

/// The content alone: a JSON string as its characters, another value as its text. With `is_fixed`,
/// the address names this record for ever, so the answer has an ETag, and conditions and ranges in
/// the request count. A blob is streamed. Fails with 404 if the record has no body in the store.
[[nodiscard]] AwaitableAnswer content_response(Service& service, const Request& request,
                                               const OutputRecord& record, bool is_fixed);

}  // namespace skep::http
