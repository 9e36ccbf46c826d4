#include <skep/compare.hpp>

#include "compare/alignment.hpp"
#include "compare/body_diff.hpp"
#include "compare/lines.hpp"
#include "compare/readable.hpp"
#include "compare/run_index.hpp"
#include "compare/worker.hpp"

#include <algorithm>
#include <utility>

namespace skep {
namespace {

using compare::IndexedOutput;
using compare::Names;
using compare::RunIndex;
using compare::Worker;

constexpr const char* kLargeBody = "a body is larger than 4 MiB";

// How much more may be compared line by line.
struct Room {
  std::size_t body_bytes = kMaxDiffedBytes;
  std::size_t diff_bytes = kMaxDiffBytes;
};

// What is compared, which has the name of an artifact in it.
std::uint64_t compared_bytes(const IndexedOutput& output) {
  return output.head_bytes + output.body_bytes;
}

// Why bodies of such sizes are not compared; empty if they are.
std::string reason_to_omit(std::uint64_t left_bytes, std::uint64_t right_bytes, const Room& room) {
  if (std::max(left_bytes, right_bytes) > kMaxDiffedBodyBytes) return kLargeBody;
  if (left_bytes + right_bytes > room.body_bytes) {
    return "more than 128 MiB of bodies differ";
  }
  if (room.diff_bytes == 0) return "the differences take more than 4 MiB";
  return {};
}

BodyDiff diff_events(const OutputEvent& left, const OutputEvent& right, std::size_t context_lines,
                     const StopFlag& stop) {
  auto [left_head, left_body] = compare::readable(left, kMaxDiffedBodyBytes, stop);
  auto [right_head, right_body] = compare::readable(right, kMaxDiffedBodyBytes, stop);
  if (left_head != right_head) {
    left_body.insert(0, left_head + '\n');
    right_body.insert(0, right_head + '\n');
  }
  BodyDiff diff;
  // Again: others may have put another record in the place of one.
  if (std::max(left_body.size(), right_body.size()) > kMaxDiffedBodyBytes) {
    diff.omitted = kLargeBody;
    return diff;
  }
  if (std::max(compare::count_lines(left_body), compare::count_lines(right_body)) >
      kMaxDiffedBodyLines) {
    diff.omitted = "a body has more than 100,000 lines";
    return diff;
  }
  return compare::diff_texts(left_body, right_body, context_lines, kMaxDiffEdits, stop);
}

Awaitable<void> diff_bodies(OutputStore& store, RunDiff& diff, const RunIndex& left_run,
                            const RunIndex& right_run, std::size_t context_lines, Worker& worker) {
  Room room;
  for (ProducerDiff& producer : diff.producers) {
    for (OutputChange& change : producer.changes) {
      if (!change.left || !change.right) continue;
      const auto left_bytes = compared_bytes(left_run.outputs[change.left->index]);
      const auto right_bytes = compared_bytes(right_run.outputs[change.right->index]);
      change.diff.omitted = reason_to_omit(left_bytes, right_bytes, room);
      if (!change.diff.omitted.empty()) continue;
      const CallOptions first_rest = worker.rest();
      const auto left = co_await store.get(change.left->id, first_rest);
      if (!left) co_return std::unexpected(left.error());
      const CallOptions second_rest = worker.rest();
      const auto right = co_await store.get(change.right->id, second_rest);
      if (!right) co_return std::unexpected(right.error());
      room.body_bytes -= left_bytes + right_bytes;
      const auto compare_them = [&](const StopFlag& stop) {
        return diff_events(left->event, right->event, context_lines, stop);
      };
      auto operation = worker.run(compare_them);
      auto compared = co_await std::move(operation);
      if (!compared) co_return std::unexpected(std::move(compared.error()));
      change.diff = std::move(*compared);
      const std::size_t bytes = compare::bytes_of(change.diff);
      if (bytes > room.diff_bytes) {
        change.diff.hunks.clear();
        room.diff_bytes = 0;
        change.diff.omitted = reason_to_omit(0, 0, room);
      } else {
        room.diff_bytes -= bytes;
      }
    }
  }
  co_return Result<void>();
}

}  // namespace

Awaitable<RunDiff> compare_runs(OutputStore& store, RunId left, RunId right,
                                CompareOptions options) {
  if (options.context_lines > kMaxDiffContextLines) {
    co_return fail(ErrorKind::kInvalidArgument,
                   "context_lines is over " + std::to_string(kMaxDiffContextLines));
  }
  Worker worker(options);
  Names names;
  auto left_index = co_await compare::index_run(store, left, names, worker);
  if (!left_index) co_return std::unexpected(std::move(left_index.error()));
  auto right_index = co_await compare::index_run(store, right, names, worker);
  if (!right_index) co_return std::unexpected(std::move(right_index.error()));

  RunDiff diff;
  diff.left = {std::move(left), left_index->outputs.size(), std::move(left_index->damaged)};
  diff.right = {std::move(right), right_index->outputs.size(), std::move(right_index->damaged)};
  const auto align_them = [&](const StopFlag& stop) {
    compare::align(diff, left_index->outputs, right_index->outputs, names, stop);
  };
  auto alignment = worker.run(align_them);
  const auto aligned = co_await std::move(alignment);
  if (!aligned) co_return std::unexpected(aligned.error());
  if (options.with_lines) {
    auto operation =
        diff_bodies(store, diff, *left_index, *right_index, options.context_lines, worker);
    auto done = co_await std::move(operation);
    if (!done) co_return std::unexpected(std::move(done.error()));
  }
  co_return diff;
}

std::string_view to_string(Divergence::What what) noexcept {
  switch (what) {
    case Divergence::What::kProducer:
      return "producer";
    case Divergence::What::kType:
      return "type";
    case Divergence::What::kBody:
      return "body";
    case Divergence::What::kEnd:
      break;
  }
  return "end";
}

}  // namespace skep
