// Ctrl-C, noticed between two steps of the work.
#pragma once

namespace skep::cli {

/// From now on the first SIGINT only makes `interrupted` true (and a blocking read or write return
/// early); the next one ends the process as usual. SIGPIPE is ignored: writing gives EPIPE.
void watch_signals();

[[nodiscard]] bool interrupted() noexcept;

}  // namespace skep::cli
