// One record on standard output.
#pragma once

#include "cli/session.hpp"

#include <skep/output_record.hpp>

namespace skep::cli {

/// As JSON if the session asks for it, or else the body alone if `body_only`, or else readable. The
/// body alone comes byte for byte, except on a terminal, where control characters are spelled out.
[[nodiscard]] Status print_record(Session& session, BlockingStore& store,
                                  const OutputRecord& record, bool body_only);

}  // namespace skep::cli
