// What a token claims, shown.
#pragma once

#include "auth/claims.hpp"
#include "cli/output.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace skep::cli {

/// The claims by their names in the token; times in seconds since 1970.
[[nodiscard]] boost::json::object json_of(const auth::Claims& claims);

/// A line for each claim that is there.
void print_claims(Output& out, const auth::Claims& claims);

/// A line of that shape.
void print_claim(Output& out, std::string name, std::string_view value);

}  // namespace skep::cli
