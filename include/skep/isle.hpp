// An isle: one dedicated thread that owns one blocking connection, and serves it asynchronously.
#pragma once

#include <skep/detail/isle_core.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <concepts>
#include <thread>
#include <type_traits>

namespace skep {

/// What an isle asks of a connection. All but `interrupt` are called on the isle's thread.
///
/// - `interrupt()`: makes the running call, and every later one until `reset_interrupt`, fail soon.
///   Called from any thread while the connection lives. Sticky, so that an interrupt that falls
///   between two statements of a job is not lost.
/// - `reset_interrupt()`: forgets an interrupt; before each job.
/// - `idle()`: no transaction is open.
/// - `recover()`: rolls back what a job left open and checks that the engine still answers. False,
///   or an exception, ends the isle.
template <class C>
concept IsleConnection = requires(C& connection) {
  connection.interrupt();
  connection.reset_interrupt();
  { connection.idle() } -> std::convertible_to<bool>;
  { connection.recover() } -> std::convertible_to<bool>;
};

struct IsleOptions {
  std::size_t capacity_count = 256;        ///< Jobs queued before `try_call` reports full.
  std::size_t max_waiting_count = 65'536;  ///< Callers that may wait for room beyond that.
};

namespace detail {

template <class T>
struct JobValue {
  using Type = T;
};
template <class T>
struct JobValue<Result<T>> {
  using Type = T;
};

/// What a job's closure gives: `T` for one that returns `T` or `Result<T>`.
template <class F, class Connection>
using job_value_t = typename JobValue<std::invoke_result_t<F&, Connection&>>::Type;

template <class Connection, class F>
class CallJob final : public IsleJob<Connection> {
 public:
  using Value = job_value_t<F, Connection>;

  CallJob(F closure, std::shared_ptr<Waiter<Value>> waiter)
      : closure_(std::move(closure)), waiter_(std::move(waiter)) {}

  [[nodiscard]] Waiter<Value>& waiter() noexcept { return *waiter_; }

  bool run(Connection& connection) noexcept override {
    try {
      if constexpr (std::is_void_v<std::invoke_result_t<F&, Connection&>>) {
        (*closure_)(connection);
        result_.emplace();
      } else {
        result_.emplace((*closure_)(connection));
      }
      return false;
    } catch (const std::exception& exception) {
      keep_exception(exception.what());
    } catch (...) {
      keep_exception("an unknown exception");
    }
    return true;
  }

  void finish() override {
    closure_.reset();
    complete(std::move(waiter_), std::move(*result_));
  }

  void finish_stopped(ErrorKind why) override {
    // The job may have done its work before it noticed.
    Error error =
        given_up(why, result_->has_value() ? Outcome::kInDoubt : result_->error().outcome);
    if (!result_->has_value()) error.engine_code = result_->error().engine_code;
    fail(std::move(error));
  }

  void finish_unusable() override {
    if (result_->has_value()) {
      Error error(ErrorKind::kInternal, "the job's connection failed its health check afterwards");
      error.outcome = Outcome::kInDoubt;
      result_.emplace(std::unexpected(std::move(error)));
    }
    finish();
  }

  void fail(Error error) override {
    closure_.reset();
    complete(std::move(waiter_), std::unexpected(std::move(error)));
  }

 private:
  void keep_exception(const char* what) {
    Error error(ErrorKind::kInternal, std::string("the job threw: ") + what);
    error.outcome = Outcome::kInDoubt;
    result_.emplace(std::unexpected(std::move(error)));
  }

  std::optional<F> closure_;
  std::shared_ptr<Waiter<Value>> waiter_;
  std::optional<Result<Value>> result_;
};

}  // namespace detail

template <class Connection>
class IsleDriver;
template <class Connection>
struct StartedIsle;

/// A handle to an isle: cheap to copy, usable from any thread. The isle drains and ends when its
/// last handle is gone.
template <class Connection>
class Isle {
 public:
  /// Runs `job(Connection&)` on the isle's thread and completes with its result, a `Result<T>` for
  /// a job that returns `T` or `Result<T>`. Jobs run one at a time, in the order of their calls; a
  /// call waits for room in the queue.
  ///
  /// Errors: `kQueueFull` past `max_waiting_count`; `kClosed`, or the error with which the
  /// connection failed to open; `kInternal` if the job threw (its outcome is then `kInDoubt`) or
  /// left a transaction open (rolled back); `kCancelled` and `kTimedOut`, with outcome
  /// `kNotApplied` if the job never ran or failed, `kInDoubt` if it had done its work all the same.
  ///
  /// Cancellation: all types. A queued job is dropped and never runs; a running one is interrupted.
  /// The first reason wins, and a late one harms no other job. With a token that has no
  /// cancellation slot (`asio::detached`) the job runs whatever becomes of its caller.
  ///
  /// Lifetime: the job is moved to the isle, and destroyed before the completion is delivered, on
  /// the token's executor. What it refers to must live until then. A plain callback without an
  /// executor runs on the thread that ends the job, so it must be short.
  template <class Job, class Token = boost::asio::use_awaitable_t<>>
  auto call(Job job, CallOptions options = {}, Token&& token = Token()) const {
    return start(std::move(job), options, true, std::forward<Token>(token));
  }

  /// As `call`, but `kQueueFull` at once if `capacity_count` jobs are queued.
  template <class Job, class Token = boost::asio::use_awaitable_t<>>
  auto try_call(Job job, CallOptions options = {}, Token&& token = Token()) const {
    return start(std::move(job), options, false, std::forward<Token>(token));
  }

  /// Whether the isle refuses new jobs.
  [[nodiscard]] bool closed() const { return core_->closed(); }

 private:
  using Core = detail::IsleCore<Connection>;
  template <class C>
  friend StartedIsle<C> start_isle(typename detail::IsleCore<C>::Factory factory,
                                   IsleOptions options);

  explicit Isle(const std::shared_ptr<Core>& core)
      : core_(core.get(), [core](Core* shared) { shared->shutdown(); }) {}

  template <class Job, class Token>
  auto start(Job job, CallOptions options, bool wait_for_room, Token&& token) const {
    using Call = detail::CallJob<Connection, Job>;
    using Value = typename Call::Value;
    return boost::asio::async_initiate<Token, void(Result<Value>)>(
        [](auto handler, std::shared_ptr<Core> core, Job closure, CallOptions call_options,
           bool wait) {
          auto call = std::make_shared<Call>(std::move(closure),
                                             detail::make_waiter<Value>(std::move(handler)));
          call->waiter().watch(call_options, [weak_core = std::weak_ptr(core),
                                              weak_call = std::weak_ptr(call)](ErrorKind reason) {
            const auto live_call = weak_call.lock();
            const auto live_core = weak_core.lock();
            if (live_call && live_core) live_core->stop(live_call, reason);
          });
          core->submit(call, wait);
        },
        token, core_, std::move(job), options, wait_for_room);
  }

  std::shared_ptr<Core> core_;  // counts the handles; the thread has a share of its own
};

/// Owns the thread of an isle. Movable, not copyable; one owner at a time.
template <class Connection>
class IsleDriver {
 public:
  IsleDriver(IsleDriver&&) noexcept = default;
  IsleDriver& operator=(IsleDriver&& other) noexcept {
    if (this != &other) {
      end();
      core_ = std::move(other.core_);
      thread_ = std::move(other.thread_);
    }
    return *this;
  }
  ~IsleDriver() { end(); }

  /// Refuses new jobs, runs those accepted, closes the connection, then completes with
  /// `Result<void>`. Idempotent.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto shutdown(Token&& token = Token()) {
    core_->shutdown();
    return ended(std::forward<Token>(token));
  }

  /// Refuses new jobs, interrupts the running one, discards the queued ones (all `kClosed`), closes
  /// the connection, then completes with `Result<void>`.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto shutdown_now(Token&& token = Token()) {
    core_->shutdown_now();
    return ended(std::forward<Token>(token));
  }

  /// Blocks until the thread has ended: after a shutdown, or when the last handle is gone.
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  using Core = detail::IsleCore<Connection>;
  template <class C>
  friend StartedIsle<C> start_isle(typename detail::IsleCore<C>::Factory factory,
                                   IsleOptions options);

  IsleDriver(std::shared_ptr<Core> core, std::thread thread)
      : core_(std::move(core)), thread_(std::move(thread)) {}

  template <class Token>
  auto ended(Token&& token) {
    return boost::asio::async_initiate<Token, void(Result<void>)>(
        [](auto handler, std::shared_ptr<Core> core) {
          core->when_ended(detail::make_waiter<void>(std::move(handler)));
        },
        token, core_);
  }

  void end() {
    if (!thread_.joinable()) return;
    core_->shutdown();
    // A job may drop the driver of its own isle; a thread can't join itself.
    if (thread_.get_id() == std::this_thread::get_id()) {
      thread_.detach();
    } else {
      thread_.join();
    }
  }

  std::shared_ptr<Core> core_;
  std::thread thread_;
};

/// A new isle's first handle, and its driver.
template <class Connection>
struct StartedIsle {
  Isle<Connection> isle;
  IsleDriver<Connection> driver;
};

/// Starts an isle; does not block. `factory` opens the connection on the isle's own thread. If it
/// fails, the isle is closed and every call ends with the factory's error.
/// Lifetime: the executors of pending calls must outlive the isle's thread (join before they die).
template <class Connection>
[[nodiscard]] StartedIsle<Connection> start_isle(
    typename detail::IsleCore<Connection>::Factory factory, IsleOptions options = {}) {
  static_assert(IsleConnection<Connection>);
  auto core = std::make_shared<detail::IsleCore<Connection>>(options.capacity_count,
                                                             options.max_waiting_count);
  std::thread thread([core, factory = std::move(factory)] { core->run(factory); });
  return {Isle<Connection>(core), IsleDriver<Connection>(core, std::move(thread))};
}

}  // namespace skep
