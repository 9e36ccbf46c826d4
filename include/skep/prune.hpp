// Removing records that nobody needs any more.
#pragma once

#include <skep/call_options.hpp>
#include <skep/output_record.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace skep {

/// The most groups that a `PruneReport` lists; its counts take in the others too.
inline constexpr std::size_t kMaxListedPruneGroups = 1'000;

/// Which records are to go: those that match every criterion that is set; one has to be. The
/// record with the greatest `seq` always stays, so that no `seq` is given twice.
struct PruneQuery {
  /// Stored before then. A record without a time of its own, as other programs write them, never
  /// matches.
  std::optional<Timestamp> older_than;
  /// Not among so many newest of its producer; at least 1.
  std::optional<std::uint64_t> keep_per_producer;
  std::optional<std::string> task_id;  ///< Of this task.
  bool remove_newest = false;          ///< Also the newest record of a producer.
  /// Also what a record that stays was derived from, however indirectly. Without that, a record
  /// goes only after all that name it as their parent, and only if their `seq` is greater.
  bool remove_ancestors = false;
  bool dry_run = true;  ///< Only tell what would go.

  PruneQuery() = default;
};

struct PruneOptions : CallOptions {
  /// Called now and then, where the operation's coroutine runs, with how many records went so far.
  /// False ends it with `kCancelled`. A store on a server calls it never.
  std::function<bool(std::uint64_t removed_count)> on_progress;

  PruneOptions() = default;
  explicit PruneOptions(CallOptions options) : CallOptions(options) {}
};

/// What went of one producer's outputs in one task.
struct PruneGroup {
  std::string task_id;
  std::string producer_agent;
  std::uint64_t record_count = 0;
  std::uint64_t bytes = 0;
};

/// What was removed; in a dry run, what would have been.
struct PruneReport {
  bool dry_run = true;
  std::uint64_t record_count = 0;
  std::uint64_t bytes = 0;                ///< Of their events, as JSON text.
  std::uint64_t kept_newest_count = 0;    ///< That matched, but are the newest of their producer.
  std::uint64_t kept_ancestor_count = 0;  ///< That matched, but something that stays needs them.
  std::vector<PruneGroup> groups;         ///< By task and producer, in the order of their bytes.
  std::uint64_t given_back_bytes = 0;     ///< By which the file is smaller.
  /// Blobs that no record names any more, old enough to be collected (`kDefaultBlobGrace`); 0 in a
  /// dry run.
  std::uint64_t blob_count = 0;
  std::uint64_t blob_bytes = 0;
  std::string note;  ///< Why it is not, if it could be.
};

/// The report as one JSON object (docs/care.md).
[[nodiscard]] std::string to_json(const PruneReport& report);

}  // namespace skep
