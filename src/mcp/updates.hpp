// Which resources have changed.
#pragma once

#include "mcp/call.hpp"
#include "mcp/uri.hpp"

#include <skep/awaitable.hpp>

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace skep::mcp {

/// The most resources that one client subscribes to.
inline constexpr std::size_t kMaxSubscriptions = 1'000;

/// Follows a store from a position on. Not thread-safe.
class Updates {
 public:
  Updates(const Service& service, Scope scope);

  /// Looks only for what concerns `uris`, as far as the store can tell. Before `begin`.
  void narrow(const std::set<std::string>& uris);

  /// Begins behind all that is stored now. Errors: those of `OutputStore::stats`.
  [[nodiscard]] Awaitable<void> begin();
  void begin_after(std::int64_t seq) noexcept { query_.after_seq = seq; }

  /// Waits for outputs, for `wait` at most, and tells what they concern, each address once, in
  /// their order. Errors: those of `OutputStore::tail` but a timeout.
  [[nodiscard]] Awaitable<std::vector<std::string>> next(std::chrono::milliseconds wait);

  [[nodiscard]] std::int64_t position() const noexcept { return query_.after_seq; }

 private:
  const Service& service_;
  const Scope scope_;
  ListQuery query_;
};

/// Those of `changed` that are among `uris`.
[[nodiscard]] std::vector<std::string> wanted_of(std::vector<std::string> changed,
                                                 const std::set<std::string>& uris);

/// Whether the client may subscribe to it: a resource that it can see, and that can change. Its
/// address may have `kMaxWordBytes`.
[[nodiscard]] bool is_subscribable(const std::string& uri, const Scope& scope);

}  // namespace skep::mcp
