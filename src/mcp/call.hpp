// A request while it is answered.
#pragma once

#include "mcp/json_rpc.hpp"
#include "mcp/log_level.hpp"
#include "mcp/revision.hpp"
#include "mcp/scope.hpp"

#include <skep/output_store.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace skep::mcp {

/// What all requests of a server share.
struct Service {
  Service(OutputStore& output_store, std::string program_version)
      : store(output_store), version(std::move(program_version)) {}

  OutputStore& store;
  std::string version;  ///< Of the program.
  std::chrono::milliseconds request_timeout{60'000};
  /// Below it lie the files that may be emitted; none may where it is empty.
  std::filesystem::path file_root;
};

/// Where messages for the client go that are no answers. Calls come from the request's executor.
using Notify = std::function<void(JsonObject message)>;

/// How far an operation is that goes through bytes. Written by any thread.
struct ByteMeter {
  std::atomic<std::uint64_t> done_bytes = 0;
  std::atomic<std::uint64_t> total_bytes = 0;
};

struct Call {
  const Service& service;
  const Scope& scope;
  Revision revision = Revision::k20260728;
  /// The message as it came: where the spelling of a value matters.
  std::string_view text;
  JsonValue progress_token;           ///< null: no progress is asked for.
  std::optional<LogLevel> log_level;  ///< Unset: nothing is to be told.
  Notify notify;
  std::shared_ptr<ByteMeter> meter = std::make_shared<ByteMeter>();

  [[nodiscard]] OutputStore& store() const noexcept { return service.store; }
  [[nodiscard]] CallOptions options() const { return CallOptions(service.request_timeout); }

  /// Tells how far it is, if that is asked for. `progress` must grow; `total` 0 is not known.
  void tell_progress(double progress, double total, const std::string& message) const;

  /// Tells it if the client wants to know so much.
  void log(LogLevel level, JsonObject data) const;
};

}  // namespace skep::mcp
