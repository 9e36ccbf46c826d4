// Removing records from a file, or telling which would go.
#pragma once

#include "sqlite/prune_candidates.hpp"
#include "store/prune_tally.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace skep::sqlite {

/// Texts that don't have to fit into memory: in a database of its own that SQLite keeps in a file
/// without a name once it grows.
class TextSet {
 public:
  [[nodiscard]] Result<void> add(const std::string& text);
  [[nodiscard]] Result<bool> contains(const std::string& text);

 private:
  [[nodiscard]] Result<void> open();

  std::unique_ptr<Connection> database_;
};

/// A prune, a piece at a time. The jobs that take those must not overlap. Not thread-safe.
class Prune {
 public:
  explicit Prune(PruneQuery query) : query_(std::move(query)), candidates_(query_) {}

  /// Looks for records that match, which must have been dealt with before. False at the end.
  [[nodiscard]] Result<bool> find_some(Connection& connection);

  /// Whether there are any that are to be dealt with.
  [[nodiscard]] bool has_found() const noexcept { return next_ < found_.size(); }

  /// Removes some of those that were found, in a transaction that is short enough for appends to
  /// wait for; for the connection that writes. It looks once more at each.
  [[nodiscard]] Result<void> remove_some(Connection& connection);

  /// A dry run: counts some of those that were found as removed.
  [[nodiscard]] Result<void> count_some(Connection& connection);

  [[nodiscard]] std::uint64_t removed_count() const noexcept { return tally_.record_count(); }
  [[nodiscard]] PruneReport finish() { return tally_.finish(query_.dry_run); }

 private:
  struct Judged;

  [[nodiscard]] Result<Judged> judge(Connection& connection, const PruneCandidate& record);
  [[nodiscard]] Result<bool> is_needed(Connection& connection, const PruneCandidate& record);

  const PruneQuery query_;
  PruneCandidates candidates_;
  std::vector<PruneCandidate> found_;
  std::size_t next_ = 0;
  TextSet gone_;  // Of a dry run.
  PruneTally tally_;
};

/// The one place where a record is removed, within the caller's transaction. The triggers of the
/// file take it out of the counts and the edges.
[[nodiscard]] Result<void> remove_record(Connection& connection, const PruneCandidate& record);

/// Whether the file can become smaller; set when it is made.
[[nodiscard]] Result<bool> gives_space_back(Connection& connection);

/// Makes the file smaller by some pages, in a transaction of its own; by how many. 0 at the end.
[[nodiscard]] Result<std::uint64_t> give_some_space_back(Connection& connection);

}  // namespace skep::sqlite
