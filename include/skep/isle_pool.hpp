// A pool of isles over equal connections, for work that may run side by side.
#pragma once

#include <skep/isle.hpp>

#include <algorithm>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace skep {

struct IslePoolOptions {
  std::size_t max_isle_count = 2;
  std::size_t max_waiting_count = 65'536;  ///< Callers waiting for an isle; then `kQueueFull`.
  IsleOptions isle;
};

/// Starts isles when they are first needed, up to a maximum, and lends each to one caller at a
/// time: the most recently used first, dead ones replaced, waiting callers served in their order.
///
/// Thread-safety: all members may be called from any thread.
/// Lifetime: leases and waiting checkouts may outlive the pool object; destroying it closes the
/// pool, ends the idle isles and blocks until they have ended.
template <class Connection>
class IslePool {
  struct Shared;

 public:
  using Factory = typename detail::IsleCore<Connection>::Factory;

  /// The use of one isle; goes back to the pool when it is destroyed.
  class Lease {
   public:
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&& other) noexcept {
      Lease old(std::move(*this));
      shared_ = std::move(other.shared_);
      entry_ = std::move(other.entry_);
      return *this;
    }
    ~Lease() {
      if (entry_) shared_->give_back(std::move(entry_), shared_);
    }

    [[nodiscard]] const Isle<Connection>& operator*() const noexcept { return entry_->isle; }
    [[nodiscard]] const Isle<Connection>* operator->() const noexcept { return &entry_->isle; }

   private:
    friend Shared;
    Lease(std::shared_ptr<Shared> shared, std::unique_ptr<StartedIsle<Connection>> entry)
        : shared_(std::move(shared)), entry_(std::move(entry)) {}

    std::shared_ptr<Shared> shared_;
    std::unique_ptr<StartedIsle<Connection>> entry_;
  };

  /// `factory` opens one connection; it is called on the isles' threads, perhaps on two at once.
  explicit IslePool(Factory factory, IslePoolOptions options = {})
      : shared_(std::make_shared<Shared>(std::move(factory), options)) {}
  IslePool(const IslePool&) = delete;
  IslePool& operator=(const IslePool&) = delete;
  ~IslePool() { shutdown(); }

  /// An isle if one is idle or may be started at once; nothing if all are lent or the pool is
  /// closed.
  [[nodiscard]] std::optional<Lease> try_checkout() { return shared_->try_checkout(shared_); }

  /// Completes with a `Result<Lease>`, waiting for its turn. Errors: `kClosed`, `kQueueFull`,
  /// `kTimedOut`, `kCancelled`. Cancellation: all types; gives up the place in the line.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto checkout(CallOptions options = {}, Token&& token = Token()) {
    return boost::asio::async_initiate<Token, void(Result<Lease>)>(
        [](auto handler, std::shared_ptr<Shared> shared, CallOptions call_options) {
          auto place = std::make_shared<Place>();
          place->waiter = detail::make_waiter<Lease>(std::move(handler));
          place->waiter->watch(call_options, [weak_shared = std::weak_ptr(shared),
                                              weak_place = std::weak_ptr(place)](ErrorKind why) {
            const auto live_place = weak_place.lock();
            const auto live_shared = weak_shared.lock();
            if (live_place && live_shared) live_shared->give_up(live_place, why);
          });
          shared->checkout(std::move(place), shared);
        },
        token, shared_, options);
  }

  /// Closes the pool: waiting callers get `kClosed`, idle isles end now (it blocks for them), lent
  /// ones when they come back. Idempotent.
  void shutdown() { shared_->close(); }

 private:
  struct Place {
    std::shared_ptr<detail::Waiter<Lease>> waiter;
  };
  using PlacePtr = std::shared_ptr<Place>;
  using Entry = std::unique_ptr<StartedIsle<Connection>>;

  struct Shared {
    Shared(Factory connection_factory, IslePoolOptions pool_options)
        : factory(std::move(connection_factory)), options(pool_options) {}

    // Callers pass the owning pointer along, because a lease keeps the pool's state alive.
    std::optional<Lease> try_checkout(const std::shared_ptr<Shared>& self) {
      auto entry = take();
      if (!entry) return std::nullopt;
      return Lease(self, std::move(entry));
    }

    void checkout(PlacePtr place, const std::shared_ptr<Shared>& self) {
      Entry entry;
      Error refusal;
      {
        const std::lock_guard lock(mutex);
        if (closed) {
          refusal = Error(ErrorKind::kClosed, "the pool is closed");
        } else {
          entry = take_locked();
          if (!entry && waiting.size() < options.max_waiting_count) {
            waiting.push_back(std::move(place));
            return;
          }
          refusal = Error(ErrorKind::kQueueFull, "too many callers wait for an isle");
          refusal.retryable = true;
        }
      }
      if (entry) {
        detail::complete(place->waiter, Lease(self, std::move(entry)));
      } else {
        detail::complete(place->waiter, std::unexpected(std::move(refusal)));
      }
    }

    void give_up(const PlacePtr& place, ErrorKind why) {
      {
        const std::lock_guard lock(mutex);
        std::erase(waiting, place);
      }
      // Does nothing if a lease was delivered first.
      detail::complete(place->waiter, std::unexpected(detail::given_up(why, Outcome::kNotApplied)));
    }

    void give_back(Entry entry, const std::shared_ptr<Shared>& self) {
      PlacePtr next;
      Entry discarded;  // joins its thread, so it dies outside the lock
      {
        const std::lock_guard lock(mutex);
        if (closed || entry->isle.closed()) {
          discarded = std::move(entry);
          --live_count;
        } else {
          idle.push_back(std::move(entry));
        }
        if (!waiting.empty()) {
          entry = take_locked();
          if (entry) {
            next = std::move(waiting.front());
            waiting.pop_front();
          }
        }
      }
      if (next) detail::complete(next->waiter, Lease(self, std::move(entry)));
    }

    void close() {
      std::vector<Entry> ended;
      std::list<PlacePtr> refused;
      {
        const std::lock_guard lock(mutex);
        closed = true;
        live_count -= idle.size();
        ended.swap(idle);
        refused.swap(waiting);
      }
      for (const PlacePtr& place : refused) {
        detail::complete(place->waiter, fail(ErrorKind::kClosed, "the pool is closed"));
      }
    }

    Entry take() {
      const std::lock_guard lock(mutex);
      return closed ? nullptr : take_locked();
    }

    // Requires the mutex. An idle isle that died is joined here: its thread is already over.
    Entry take_locked() {
      while (!idle.empty()) {
        Entry entry = std::move(idle.back());
        idle.pop_back();
        if (!entry->isle.closed()) return entry;
        --live_count;
      }
      if (closed || live_count >= options.max_isle_count) return nullptr;
      auto entry =
          std::make_unique<StartedIsle<Connection>>(start_isle<Connection>(factory, options.isle));
      ++live_count;
      return entry;
    }

    const Factory factory;
    const IslePoolOptions options;
    std::mutex mutex;
    std::vector<Entry> idle;  // the most recently used last
    std::list<PlacePtr> waiting;
    std::size_t live_count = 0;
    bool closed = false;
  };

  std::shared_ptr<Shared> shared_;
};

}  // namespace skep
