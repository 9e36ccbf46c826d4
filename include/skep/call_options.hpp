// What a caller may say about one call.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace skep {

/// Options of one call. A plain value.
struct CallOptions {
  /// How long the caller waits, from the moment of the call: waiting for room, for its turn and for
  /// the answer all count. Unset: without end.
  std::optional<std::chrono::nanoseconds> timeout;

  CallOptions() = default;
  explicit CallOptions(std::chrono::nanoseconds wait) : timeout(wait) {}
};

/// Options of one emit.
struct AppendOptions : CallOptions {
  /// Names the request, so that it can be sent again without harm: if it was stored before, under
  /// this key and with the same content, nothing is stored and the first answer comes again. Keys
  /// are those of the whole store, and kept for `kIdempotencyKeyLifetime`.
  std::optional<std::string> idempotency_key;

  AppendOptions() = default;
  AppendOptions(CallOptions options)  // NOLINT(google-explicit-constructor)
      : CallOptions(options) {}
  explicit AppendOptions(std::chrono::nanoseconds wait) : CallOptions(wait) {}
  explicit AppendOptions(std::string key, CallOptions options = {})
      : CallOptions(options), idempotency_key(std::move(key)) {}
};

/// Options of one import.
struct ImportOptions : CallOptions {
  /// Whether a file that is called as a blob of any store is this store's, if it has that. Only for
  /// records of which is known that their content is a blob: anybody can emit such a path.
  bool adopt_blobs = false;

  ImportOptions() = default;
  ImportOptions(CallOptions options)  // NOLINT(google-explicit-constructor)
      : CallOptions(options) {}
};

}  // namespace skep
