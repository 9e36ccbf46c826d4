// Identifiers of other tools, made from ours: the same each time.
#pragma once

#include <skep/output_record.hpp>
#include <skep/run_id.hpp>

#include <string>

namespace skep::interop {

/// 32 and 16 lower-case hex digits, as W3C Trace Context has them.
[[nodiscard]] std::string trace_id_of(const RunId& run);
[[nodiscard]] std::string span_id_of(const RunId& run);
[[nodiscard]] std::string span_id_of(const OutputRef& ref);

/// UUIDs of version 8 (RFC 9562), from a SHA-256.
[[nodiscard]] std::string uuid_of(const RunId& run);
[[nodiscard]] std::string uuid_of(const OutputRef& ref);

}  // namespace skep::interop
