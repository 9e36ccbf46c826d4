// The registry of commands. A new one is a file NAME_command.cpp that defines `add_NAME`, which
// adds the command to `app` and lets it set the session's action, and its name in the two lists
// here.
#pragma once

#include "cli/session.hpp"

#include <CLI/App.hpp>

#include <array>

namespace skep::cli {

void add_emit(CLI::App& app, Session& session);
void add_get(CLI::App& app, Session& session);
void add_latest(CLI::App& app, Session& session);
void add_slice(CLI::App& app, Session& session);
void add_search(CLI::App& app, Session& session);
void add_index(CLI::App& app, Session& session);
void add_list(CLI::App& app, Session& session);
void add_why(CLI::App& app, Session& session);
void add_impact(CLI::App& app, Session& session);
void add_tail(CLI::App& app, Session& session);
void add_tasks(CLI::App& app, Session& session);
void add_runs(CLI::App& app, Session& session);
void add_agents(CLI::App& app, Session& session);
void add_stats(CLI::App& app, Session& session);
void add_show(CLI::App& app, Session& session);
void add_diff(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_import(CLI::App& app, Session& session);
void add_collect(CLI::App& app, Session& session);
void add_prune(CLI::App& app, Session& session);
void add_backup(CLI::App& app, Session& session);
void add_restore(CLI::App& app, Session& session);
void add_migrate(CLI::App& app, Session& session);
void add_verify(CLI::App& app, Session& session);
void add_serve(CLI::App& app, Session& session);
void add_mcp(CLI::App& app, Session& session);
void add_token(CLI::App& app, Session& session);

/// In the order in which the help lists them.
inline constexpr std::array kCommands = {
    add_emit,    add_get,     add_latest, add_slice, add_search, add_list,    add_why,
    add_impact,  add_show,    add_diff,   add_tail,  add_tasks,  add_runs,    add_agents,
    add_stats,   add_export,  add_import, add_index, add_prune,  add_collect, add_backup,
    add_restore, add_migrate, add_verify, add_serve, add_mcp,    add_token};

}  // namespace skep::cli
