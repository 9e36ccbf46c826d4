// The commands below `skep token`.
#pragma once

#include "cli/session.hpp"

#include <CLI/App.hpp>

namespace skep::cli {

void add_token_mint(CLI::App& token, Session& session);
void add_token_inspect(CLI::App& token, Session& session);
void add_token_rotate(CLI::App& token, Session& session);

}  // namespace skep::cli
