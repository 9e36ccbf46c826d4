// What is known of refs that were met.
#pragma once

#include <skep/output_record.hpp>

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

namespace skep::interop {

/// Remembers something of the refs that were added last, up to a number and to a size of them all.
template <class Value>
class RefCache {
 public:
  RefCache(std::size_t max_count, std::size_t max_bytes)
      : max_count_(max_count), max_bytes_(max_bytes) {}
  RefCache(RefCache&&) noexcept = default;
  RefCache& operator=(RefCache&&) noexcept = default;
  RefCache(const RefCache&) = delete;
  RefCache& operator=(const RefCache&) = delete;
  ~RefCache() = default;

  /// `value_bytes` is what the value takes beyond itself.
  void add(const OutputRef& ref, Value value, std::size_t value_bytes = 0) {
    const auto [entry, is_new] = values_.insert_or_assign(ref.str(), std::move(value));
    if (!is_new) return;
    const std::size_t bytes = ref.str().size() + value_bytes;
    order_.emplace_back(&entry->first, bytes);
    byte_count_ += bytes;
    while (order_.size() > max_count_ || byte_count_ > max_bytes_) forget_first();
  }

  /// What was added of it, or nullptr. Valid until the next `add`.
  [[nodiscard]] const Value* find(const OutputRef& ref) const {
    const auto found = values_.find(ref.str());
    return found != values_.end() ? &found->second : nullptr;
  }

 private:
  void forget_first() {
    const auto [ref, bytes] = order_.front();
    order_.pop_front();
    byte_count_ -= bytes;
    values_.erase(values_.find(*ref));
  }

  std::size_t max_count_;
  std::size_t max_bytes_;
  std::size_t byte_count_ = 0;
  std::unordered_map<std::string, Value> values_;
  std::deque<std::pair<const std::string*, std::size_t>> order_;  // The refs lie in `values_`.
};

}  // namespace skep::interop
