// A call that waits in a queue, with its caller, for whoever serves the queue.
#pragma once

#include <skep/detail/waiter.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace skep::sqlite {

/// The mutex of the queue guards `state` and `reason`.
class Pending : public std::enable_shared_from_this<Pending> {
 public:
  enum class State : std::uint8_t { kNew, kQueued, kTaken, kEnded };

  Pending() = default;
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  virtual ~Pending() = default;

  /// Answers with the result that serving it left, or with an error. Returns the waiter, to be
  /// finished, unless the caller had an answer before. The waiter keeps this object alive: where
  /// nobody else does, it is freed on the caller's executor, which is where it was allocated.
  [[nodiscard]] virtual std::shared_ptr<detail::AnyWaiter> answer() = 0;
  [[nodiscard]] virtual std::shared_ptr<detail::AnyWaiter> answer(Error error) = 0;

  State state = State::kNew;
  std::optional<ErrorKind> reason;  ///< Why the caller gave up, before it was queued.
};

/// Answers with an error, at once.
inline void refuse(Pending& pending, Error error) {
  if (auto waiter = pending.answer(std::move(error))) detail::finish_all({std::move(waiter)});
}

/// The answering half of a `Base`, which derives from `Pending`.
template <class Base, class Value>
class PendingResult : public Base {
 public:
  template <class... Arguments>
  explicit PendingResult(std::shared_ptr<detail::Waiter<Value>> waiter, Arguments&&... arguments)
      : Base(std::forward<Arguments>(arguments)...), waiter_(std::move(waiter)) {}

  [[nodiscard]] std::shared_ptr<detail::AnyWaiter> answer() final {
    return answered(std::move(result_));
  }
  [[nodiscard]] std::shared_ptr<detail::AnyWaiter> answer(Error error) final {
    return answered(std::unexpected(std::move(error)));
  }

 protected:
  Result<Value> result_;  // NOLINT(misc-non-private-member-variables-in-classes)

 private:
  std::shared_ptr<detail::AnyWaiter> answered(Result<Value> result) {
    if (!waiter_->answer(std::move(result))) return nullptr;
    return {this->shared_from_this(), waiter_.get()};
  }

  const std::shared_ptr<detail::Waiter<Value>> waiter_;
};

}  // namespace skep::sqlite
