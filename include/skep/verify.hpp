// Whether what a store holds is sound.
#pragma once

#include <skep/call_options.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skep {

/// The most findings that a report lists; it counts them all.
inline constexpr std::size_t kMaxListedFindings = 1'000;

/// How far a verification has come.
struct VerifyProgress {
  std::string_view check;     ///< As `VerifyCheck::name`; valid during the call.
  std::uint64_t checked = 0;  ///< In units of the check.
  std::uint64_t total = 0;    ///< About; 0 where it is not known.
};

struct VerifyOptions : CallOptions {
  bool blobs = true;  ///< Whether blobs are read and hashed; by a server always.
  /// Called now and then, where the operation's coroutine runs. False ends it with `kCancelled`.
  /// A store on a server calls it never.
  std::function<bool(const VerifyProgress&)> on_progress;

  VerifyOptions() = default;
  explicit VerifyOptions(CallOptions options) : CallOptions(options) {}
};

/// Something that is not as it has to be.
struct VerifyFinding {
  std::string kind;   ///< A stable word: see docs/care.md.
  std::string where;  ///< The row, the key or the page, for people.
  std::string message;
};

/// One thing that was looked at.
struct VerifyCheck {
  std::string name;  ///< "pages", "records", "edges", "counts" or "keys"; back ends have some.
  std::uint64_t checked_count = 0;
  std::uint64_t finding_count = 0;
  std::string skipped;  ///< Why it does not apply; empty if it was done.

  VerifyCheck() = default;
  explicit VerifyCheck(std::string check_name) : name(std::move(check_name)) {}
};

/// What a verification found.
struct VerifyReport {
  std::string backend;  ///< As in `StoreStats`.
  std::vector<VerifyCheck> checks;
  std::uint64_t finding_count = 0;
  std::vector<VerifyFinding> findings;  ///< The first `kMaxListedFindings`.

  [[nodiscard]] bool sound() const noexcept { return finding_count == 0; }
};

/// The report as one JSON object (docs/care.md).
[[nodiscard]] std::string to_json(const VerifyReport& report);

}  // namespace skep
