// The registry of commands. A new one is a line here and a file NAME_command.cpp that defines
// `add_NAME`: it adds the command to `app` and lets it set the session's action.
#pragma once

#include "cli/session.hpp"

#include <CLI/App.hpp>

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define SKEP_COMMANDS(X) \
  X(emit)                \
  X(get)                 \
  X(latest)              \
  X(list)                \
  X(tasks)               \
  X(agents)              \
  X(stats)               \
  X(export)              \
  X(import)

namespace skep::cli {

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define SKEP_DECLARE_COMMAND(name) void add_##name(CLI::App& app, Session& session);
SKEP_COMMANDS(SKEP_DECLARE_COMMAND)
#undef SKEP_DECLARE_COMMAND

}  // namespace skep::cli
