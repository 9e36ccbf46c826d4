// Messages on standard error.
#pragma once

#include <string_view>

namespace skep::cli {

/// Writes "skep: MESSAGE", on one line and harmless, to standard error.
void report(std::string_view message);

}  // namespace skep::cli
