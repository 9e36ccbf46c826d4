#include "interop/known_outputs.hpp"

namespace skep::interop {
namespace {

constexpr std::size_t kMaxCount = 100'000;

}  // namespace

void KnownOutputs::clear() {
  times_.clear();
  order_.clear();
}

void KnownOutputs::add(const OutputRef& ref, Timestamp time) {
  if (!times_.insert_or_assign(ref.str(), time).second) return;
  order_.push_back(ref.str());
  if (order_.size() <= kMaxCount) return;
  times_.erase(order_.front());
  order_.pop_front();
}

std::optional<Timestamp> KnownOutputs::time_of(const OutputRef& ref) const {
  const auto found = times_.find(ref.str());
  return found == times_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace skep::interop
