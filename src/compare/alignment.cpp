#include "compare/alignment.hpp"

#include "compare/matches.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <variant>

namespace skep::compare {
namespace {

using Outputs = std::vector<IndexedOutput>;
using Positions = std::vector<std::size_t>;  // of the outputs of one producer within their run

ComparedOutput describe(const Outputs& outputs, std::size_t index, const Names& names) {
  const IndexedOutput& output = outputs[index];
  return {OutputRef(output.id),
          output.seq,
          index,
          names.producers[output.producer],
          std::string(type_name(output.type)),
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
  ProducerAligner(const Outputs& left, const Outputs& right, const Names& names,
                  const StopFlag& stop)
      : left_(left), right_(right), names_(names), stop_(stop) {}

  ProducerDiff align(std::string name, const Positions& left, const Positions& right) {
    diff_ = {};
    diff_.producer_agent = std::move(name);
    diff_.left_count = left.size();
    diff_.right_count = right.size();
    const auto matches =
        find_matches(equalities(left_, left), equalities(right_, right), kMaxDiffEdits, stop_);
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
    const std::size_t name_bytes =
        (left ? name_bytes_of(left_[*left]) : 0) + (right ? name_bytes_of(right_[*right]) : 0);
    is_truncated_ = is_truncated_ || listed_count_ == kMaxListedChanges ||
                    name_bytes > kMaxListedNameBytes - listed_name_bytes_;
    if (is_truncated_) return;
    ++listed_count_;
    listed_name_bytes_ += name_bytes;
    OutputChange& change = diff_.changes.emplace_back();
    if (left) change.left = describe(left_, *left, names_);
    if (right) change.right = describe(right_, *right, names_);
  }

  [[nodiscard]] std::size_t name_bytes_of(const IndexedOutput& output) const {
    return output.id.size() + names_.producers[output.producer].size();
  }

  const Outputs& left_;
  const Outputs& right_;
  const Names& names_;
  const StopFlag& stop_;
  std::size_t listed_count_ = 0;
  std::size_t listed_name_bytes_ = 0;
  ProducerDiff diff_;
  bool is_truncated_ = false;
};

std::vector<Positions> by_producer(const Outputs& outputs, std::size_t producer_count) {
  std::vector<Positions> positions(producer_count);
  for (std::size_t i = 0; i < outputs.size(); ++i) positions[outputs[i].producer].push_back(i);
  return positions;
}

}  // namespace

void align(RunDiff& diff, const Outputs& left, const Outputs& right, const Names& names,
           const StopFlag& stop) {
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

}  // namespace skep::compare
