// Moving the write-ahead log into the database file.
#pragma once

#include "sqlite/connection.hpp"

namespace skep::sqlite {

/// Pages of log from which on a checkpoint also waits, a little, for the readers that keep the log
/// from starting again at its beginning.
inline constexpr int kMaxLogPages = 16'000;

/// Checkpoints if enough was committed since the last time: as much as a few commits of the present
/// size, within limits. An append that meets a checkpoint waits for its sync, so a rare large one
/// would be a stall, and a frequent small one writes the same pages again and again. For the
/// writer's connection, after a commit was answered: only one connection of a process ever
/// checkpoints, and always where it also commits (docs/storage.md has the SQLite bug behind that).
/// A checkpoint that other processes hold up is tried again later; one that fails for another
/// reason leaves the connection distrusted.
void checkpoint_if_due(Connection& connection);

}  // namespace skep::sqlite
