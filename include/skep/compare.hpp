// Two runs beside each other: which producers differ, where the runs part, and how their bodies
// differ line by line.
#pragma once

#include <skep/listing.hpp>
#include <skep/output_store.hpp>
#include <skep/run_id.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skep {

/// The most outputs of a run that is compared, and the most bytes of all its bodies, with the names
/// of artifacts; of all refs and the names of all producers of both runs.
inline constexpr std::size_t kMaxComparedOutputs = 100'000;
inline constexpr std::uint64_t kMaxComparedBytes = std::uint64_t{1} << 30U;
inline constexpr std::uint64_t kMaxComparedNameBytes = std::uint64_t{32} << 20U;

/// The most changes that a `RunDiff` lists, and the most bytes of their refs and the names of their
/// producers; the counts take in the others too.
inline constexpr std::size_t kMaxListedChanges = 10'000;
inline constexpr std::size_t kMaxListedNameBytes = std::size_t{4} << 20U;

/// A body that is larger, or has more lines, is not compared line by line; nor are any more once so
/// many bytes of bodies were, or their diffs take so many bytes. The name of an artifact counts as
/// its body does.
inline constexpr std::size_t kMaxDiffedBodyBytes = std::size_t{4} << 20U;
inline constexpr std::size_t kMaxDiffedBodyLines = 100'000;
inline constexpr std::size_t kMaxDiffedBytes = std::size_t{128} << 20U;
inline constexpr std::size_t kMaxDiffBytes = std::size_t{4} << 20U;

/// Texts that take more lines removed and added than this to become each other share their first
/// and last lines only: what is between them counts as changed whole.
inline constexpr std::size_t kMaxDiffEdits = 1'000;

/// The most lines around a change.
inline constexpr std::size_t kMaxDiffContextLines = 1'000;

struct CompareOptions : CallOptions {  ///< The timeout is that of the comparison as a whole.
  std::size_t context_lines = 3;       ///< 0 … `kMaxDiffContextLines`.
  bool with_lines = true;              ///< False: no body is compared line by line.

  CompareOptions() = default;
  explicit CompareOptions(CallOptions options) : CallOptions(options) {}
};

/// Lines that changed, with those around them.
struct DiffHunk {
  std::size_t left_line =
      0;  ///< Of the first line, from 1; of the line before it if there is none.
  std::size_t left_count = 0;
  std::size_t right_line = 0;
  std::size_t right_count = 0;
  std::vector<std::string> lines;  ///< Each begins with ' ', '-' (left only) or '+' (right only).
};

/// How one body becomes another.
struct BodyDiff {
  std::vector<DiffHunk> hunks;
  bool is_minimal = true;  ///< False past `kMaxDiffEdits`.
  std::string omitted;     ///< Why there are no hunks; empty if there are all.
};

/// An output of one of the two runs.
struct ComparedOutput {
  OutputRef id;
  std::int64_t seq = 0;
  std::size_t index = 0;  ///< Within its run, in insertion order, from 0.
  std::string producer_agent;
  std::string type;              ///< "progress", "partial", "artifact" or "final".
  std::uint64_t body_bytes = 0;  ///< As it is compared.
};

/// Outputs of one producer that stand in the same place and differ, or one that has no counterpart.
struct OutputChange {
  std::optional<ComparedOutput> left;
  std::optional<ComparedOutput> right;
  BodyDiff diff;  ///< If there are both.
};

/// What one producer did in the two runs.
struct ProducerDiff {
  std::string producer_agent;
  std::uint64_t left_count = 0;
  std::uint64_t right_count = 0;
  std::uint64_t equal_count = 0;
  std::uint64_t different_count = 0;
  std::uint64_t only_left_count = 0;
  std::uint64_t only_right_count = 0;
  std::vector<OutputChange> changes;  ///< In the order of the runs.

  [[nodiscard]] bool is_equal() const noexcept {
    return different_count + only_left_count + only_right_count == 0;
  }
};

/// The first place, in insertion order, where the runs are not the same.
struct Divergence {
  enum class What : std::uint8_t { kProducer, kType, kBody, kEnd };

  std::size_t index = 0;
  What what = What::kEnd;  ///< `kEnd`: one of the runs has no more outputs.
  std::optional<ComparedOutput> left;
  std::optional<ComparedOutput> right;
};

/// One side of a comparison. Damaged rows are named, and left out of it.
struct ComparedRun {
  RunId run;
  std::uint64_t output_count = 0;
  std::vector<DamagedRecord> damaged;
};

struct RunDiff {
  ComparedRun left;
  ComparedRun right;
  std::optional<Divergence> divergence;  ///< Absent if the runs are equal.
  std::vector<ProducerDiff> producers;   ///< As they first appear, those of the left run first.
  bool is_truncated = false;             ///< There are more changes than are listed.

  [[nodiscard]] bool is_equal() const noexcept { return !divergence; }
};

/// Compares two runs. Outputs are equal if they have the same producer, the same event and the same
/// body, whatever their refs, parents and times; a JSON value may be spaced in other ways. The
/// outputs of one producer are matched in their order, so that one more of them shifts none. A text
/// is compared by its lines, another value as it reads with a member on each line.
/// The work is done on a thread of its own, so that the caller's executor is held up by no more
/// than the reads of the store; cancellation and timeout end it soon.
/// Memory: a page of bodies, or two bodies, at a time; about 150 bytes for each output.
/// Errors: `kInvalidArgument` for too much context; `kNotFound` if a run has no outputs;
/// `kTooLarge` over `kMaxComparedOutputs`, `kMaxComparedBytes` or `kMaxComparedNameBytes`; those of
/// `list` and `get`.
[[nodiscard]] Awaitable<RunDiff> compare_runs(OutputStore& store, RunId left, RunId right,
                                              CompareOptions options = {});

/// The comparison as JSON; docs/http.md shows it.
[[nodiscard]] std::string to_json(const RunDiff& diff);

/// The changes as a unified diff: an output is a file. Empty if the runs are equal.
[[nodiscard]] std::string to_unified_diff(const RunDiff& diff);

/// "producer", "type", "body" or "end".
[[nodiscard]] std::string_view to_string(Divergence::What what) noexcept;

}  // namespace skep
