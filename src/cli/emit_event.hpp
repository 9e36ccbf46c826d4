// The event that the options of `skep emit` describe.
#pragma once

#include "cli/failure.hpp"

#include <skep/output_event.hpp>

#include <optional>
#include <string>

namespace skep::cli {

/// As given on the command line; unset is not given.
struct EventOptions {
  std::optional<std::string> text;
  std::optional<std::string> value;
  std::optional<std::string> file;  ///< Becomes a blob: the event names no path.
  std::optional<std::string> link;
  std::optional<std::string> event;
  std::optional<std::string> mime;
  std::optional<std::string> type;
  std::optional<std::string> name;
  std::optional<std::string> stage;
  std::optional<std::string> note;
  bool ok = false;
  bool not_ok = false;
};

/// Builds the event, reading standard input where the options ask for it.
/// Fails with `kUsage` if they contradict each other.
[[nodiscard]] OrFailure<OutputEvent> build_event(const EventOptions& options);

}  // namespace skep::cli
