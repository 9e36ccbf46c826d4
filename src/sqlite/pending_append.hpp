// An append, or an atomic batch of them, between its caller and the commit it shares.
#pragma once

#include "sqlite/pending.hpp"
#include "sqlite/write.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <vector>

namespace skep::sqlite {

class PendingAppend : public Pending {
 public:
  PendingAppend(std::size_t records_in_all, std::size_t bytes_in_all)
      : record_count(records_in_all), byte_count(bytes_in_all) {}

  /// Inserts within the transaction that has begun, and keeps the refs or the error. An error
  /// leaves nothing of this append behind, and the others of the transaction alone.
  virtual Result<void> insert(Insertion& insertion, OutputRefGenerator& ids) = 0;

  const std::size_t record_count;
  const std::size_t byte_count;
  std::list<std::shared_ptr<PendingAppend>>::iterator position;  ///< Guarded by the queue's mutex.
};

[[nodiscard]] inline std::size_t record_count(const EncodedAppend& /*append*/) { return 1; }
[[nodiscard]] inline std::size_t record_count(const std::vector<EncodedAppend>& appends) {
  return appends.size();
}
[[nodiscard]] inline std::size_t byte_count(const EncodedAppend& append) { return append.bytes(); }
[[nodiscard]] inline std::size_t byte_count(const std::vector<EncodedAppend>& appends) {
  std::size_t bytes = 0;
  for (const auto& append : appends) bytes += append.bytes();
  return bytes;
}

[[nodiscard]] inline std::size_t record_count(const KeyedAppends& keyed) {
  return keyed.appends.size() + 1;
}
[[nodiscard]] inline std::size_t byte_count(const KeyedAppends& keyed) {
  return keyed.key.size() + byte_count(keyed.appends);
}

/// `Payload` is what `Insertion::insert` takes, `Value` what it gives.
template <class Payload, class Value>
class PendingInsert final : public PendingResult<PendingAppend, Value> {
 public:
  PendingInsert(Payload payload, std::shared_ptr<detail::Waiter<Value>> waiter)
      : PendingResult<PendingAppend, Value>(std::move(waiter), sqlite::record_count(payload),
                                            sqlite::byte_count(payload)),
        payload_(std::move(payload)) {}

  Result<void> insert(Insertion& insertion, OutputRefGenerator& ids) override {
    this->result_ = insertion.insert(payload_, ids);
    if (!this->result_) return std::unexpected(this->result_.error());
    return {};
  }

 private:
  const Payload payload_;
};

}  // namespace skep::sqlite
