#include <skep/compare.hpp>

#include "compare/body_diff.hpp"
#include "compare/lines.hpp"
#include "compare/matches.hpp"
#include "compare/readable.hpp"
#include "compare/run_index.hpp"
#include "compare/worker.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <variant>

namespace skep {
namespace {

using compare::IndexedOutput;
using compare::Names;
using compare::RunIndex;
using compare::Stop;
using compare::Worker;

using Outputs = std::vector<IndexedOutput>;
using Positions = std::vector<std::size_t>;  // of the outputs of one producer within their run

ComparedOutput describe(const Outputs& outputs, std::size_t index, const Names& names) {
  const IndexedOutput& output = outputs[index];
  return {OutputRef(output.id),
          output.seq,
          index,
          names.producers[output.producer],
          std::string(compare::type_name(output.type)),
          output.body_bytes};
}

std::optional<Divergence> find_divergence(const Outputs& left, const Outputs& right,
                                          const Names& names) {
  const auto is_same = [](const IndexedOutput& a, const IndexedOutput& b) {
    return a.producer == b.producer && a.equality == b.equality;
  };
  const auto [at_left, at_right] = std::ranges::mismatch(left, right, is_same);
  if (at_left == left.end() && at_right == right.end()) return std::nullopt;
  Divergence divergence;
  divergence.index = static_cast<std::size_t>(at_left - left.begin());
  if (at_left != left.end()) divergence.left = describe(left, divergence.index, names);
  if (at_right != right.end()) divergence.right = describe(right, divergence.index, names);
  if (!divergence.left || !divergence.right) {
    divergence.what = Divergence::What::kEnd;
  } else if (at_left->producer != at_right->producer) {
    divergence.what = Divergence::What::kProducer;
  } else {
    divergence.what =
        at_left->type != at_right->type ? Divergence::What::kType : Divergence::What::kBody;
  }
  return divergence;
}

// Compares the outputs of one producer, and lists what differs while there is room.
class ProducerAligner {
 public:
  ProducerAligner(const Outputs& left, const Outputs& right, const Names& names, const Stop& stop)
      : left_(left), right_(right), names_(names), stop_(stop) {}

  ProducerDiff align(std::string name, const Positions& left, const Positions& right) {
    diff_ = {};
    diff_.producer_agent = std::move(name);
    diff_.left_count = left.size();
    diff_.right_count = right.size();
    const auto matches = compare::find_matches(equalities(left_, left), equalities(right_, right),
                                               kMaxDiffEdits, stop_);
    std::size_t at_left = 0;
    std::size_t at_right = 0;
    for (const auto& match : matches.list) {
      align_gap(std::span(left).subspan(at_left, match.left - at_left),
                std::span(right).subspan(at_right, match.right - at_right));
      diff_.equal_count += match.count;
      at_left = match.left + match.count;
      at_right = match.right + match.count;
    }
    align_gap(std::span(left).subspan(at_left), std::span(right).subspan(at_right));
    return std::move(diff_);
  }

  [[nodiscard]] bool is_truncated() const noexcept { return is_truncated_; }

 private:
  static std::vector<std::uint32_t> equalities(const Outputs& outputs, const Positions& positions) {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(positions.size());
    for (const auto position : positions) numbers.push_back(outputs[position].equality);
    return numbers;
  }

  // Of what matches nowhere, the next two of the same type stand for each other.
  void align_gap(std::span<const std::size_t> left, std::span<const std::size_t> right) {
    std::size_t next = 0;
    std::array<std::size_t, std::variant_size_v<OutputEvent>> next_of_type{};
    for (const auto position : left) {
      const auto type = left_[position].type;
      std::size_t& counterpart = next_of_type.at(type);
      counterpart = std::max(counterpart, next);
      while (counterpart < right.size() && right_[right[counterpart]].type != type) ++counterpart;
      if (counterpart == right.size()) {
        change(position, std::nullopt);
        continue;
      }
      for (; next < counterpart; ++next) change(std::nullopt, right[next]);
      // Past the limit of the matching, equal ones can meet here.
      if (left_[position].equality == right_[right[next]].equality) {
        ++diff_.equal_count;
      } else {
        change(position, right[next]);
      }
      ++next;
    }
    for (; next < right.size(); ++next) change(std::nullopt, right[next]);
  }

  void change(std::optional<std::size_t> left, std::optional<std::size_t> right) {
    ++(left && right ? diff_.different_count
       : left        ? diff_.only_left_count
                     : diff_.only_right_count);
    if (listed_count_ == kMaxListedChanges) {
      is_truncated_ = true;
      return;
    }
    ++listed_count_;
    OutputChange& change = diff_.changes.emplace_back();
    if (left) change.left = describe(left_, *left, names_);
    if (right) change.right = describe(right_, *right, names_);
  }

  const Outputs& left_;
  const Outputs& right_;
  const Names& names_;
  const Stop& stop_;
  std::size_t listed_count_ = 0;
  ProducerDiff diff_;
  bool is_truncated_ = false;
};

std::vector<Positions> by_producer(const Outputs& outputs, std::size_t producer_count) {
  std::vector<Positions> positions(producer_count);
  for (std::size_t i = 0; i < outputs.size(); ++i) positions[outputs[i].producer].push_back(i);
  return positions;
}

constexpr const char* kLargeBody = "a body is larger than 4 MiB";

// How much more may be compared line by line.
struct Room {
  std::size_t body_bytes = kMaxDiffedBytes;
  std::size_t diff_bytes = kMaxDiffBytes;
};

// Why the bodies of a change are not compared; empty if they are.
std::string reason_to_omit(const OutputChange& change, const Room& room) {
  const std::uint64_t larger = std::max(change.left->body_bytes, change.right->body_bytes);
  if (larger > kMaxDiffedBodyBytes) return kLargeBody;
  if (change.left->body_bytes + change.right->body_bytes > room.body_bytes) {
    return "more than 128 MiB of bodies differ";
  }
  if (room.diff_bytes == 0) return "the differences take more than 4 MiB";
  return {};
}

BodyDiff diff_events(const OutputEvent& left, const OutputEvent& right, std::size_t context_lines,
                     const Stop& stop) {
  auto [left_head, left_body] = compare::readable(left, stop);
  auto [right_head, right_body] = compare::readable(right, stop);
  if (left_head != right_head) {
    left_body.insert(0, left_head + '\n');
    right_body.insert(0, right_head + '\n');
  }
  BodyDiff diff;
  // Again: a head has the name of an artifact, which may be as large as a body.
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

OutputStore::Awaitable<void> diff_bodies(OutputStore& store, RunDiff& diff,
                                         std::size_t context_lines, Worker& worker) {
  Room room;
  for (ProducerDiff& producer : diff.producers) {
    for (OutputChange& change : producer.changes) {
      if (!change.left || !change.right) continue;
      change.diff.omitted = reason_to_omit(change, room);
      if (!change.diff.omitted.empty()) continue;
      const CallOptions first_rest = worker.rest();
      const auto left = co_await store.get(change.left->id, first_rest);
      if (!left) co_return std::unexpected(left.error());
      const CallOptions second_rest = worker.rest();
      const auto right = co_await store.get(change.right->id, second_rest);
      if (!right) co_return std::unexpected(right.error());
      room.body_bytes -= change.left->body_bytes + change.right->body_bytes;
      const auto compare_them = [&](const Stop& stop) {
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
        change.diff.omitted = reason_to_omit(change, room);
      } else {
        room.diff_bytes -= bytes;
      }
    }
  }
  co_return Result<void>();
}

// All of the comparison but the lines.
void align(RunDiff& diff, const Outputs& left, const Outputs& right, const Names& names,
           const Stop& stop) {
  diff.divergence = find_divergence(left, right, names);
  const auto left_positions = by_producer(left, names.producers.size());
  const auto right_positions = by_producer(right, names.producers.size());
  ProducerAligner aligner(left, right, names, stop);
  for (std::size_t i = 0; i < names.producers.size() && !stop.is_set(); ++i) {
    diff.producers.push_back(
        aligner.align(names.producers[i], left_positions[i], right_positions[i]));
  }
  diff.is_truncated = aligner.is_truncated();
}

}  // namespace

OutputStore::Awaitable<RunDiff> compare_runs(OutputStore& store, RunId left, RunId right,
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
  const Outputs& left_outputs = left_index->outputs;
  const Outputs& right_outputs = right_index->outputs;
  diff.left = {std::move(left), left_outputs.size(), std::move(left_index->damaged)};
  diff.right = {std::move(right), right_outputs.size(), std::move(right_index->damaged)};
  const auto align_them = [&](const Stop& stop) {
    align(diff, left_outputs, right_outputs, names, stop);
  };
  auto alignment = worker.run(align_them);
  const auto aligned = co_await std::move(alignment);
  if (!aligned) co_return std::unexpected(aligned.error());
  if (options.with_lines) {
    auto operation = diff_bodies(store, diff, options.context_lines, worker);
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
