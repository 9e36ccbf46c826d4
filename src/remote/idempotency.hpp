// Keys by which a server knows a request that comes again.
#pragma once

#include <skep/call_options.hpp>
#include <skep/error.hpp>

#include <string>

namespace skep::remote {

[[nodiscard]] std::string random_key();

/// The caller's key, or one of ours. Fails with `kInvalidArgument` for one that no header can hold.
[[nodiscard]] Result<std::string> key_of(const AppendOptions& options);

}  // namespace skep::remote
