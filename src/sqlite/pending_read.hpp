// A short read, between its caller and whoever does it.
#pragma once

#include "sqlite/pending.hpp"
#include "sqlite/read.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <exception>
#include <list>
#include <memory>
#include <string>

namespace skep::sqlite {

class PendingRead : public Pending {
 public:
  PendingRead(boost::asio::any_io_executor callers_executor, std::size_t read_cost)
      : executor(std::move(callers_executor)), cost(read_cost) {}

  /// Reads, and keeps the result. Returns false if the engine failed: it might not where it may
  /// wait.
  virtual bool read(Connection& connection) noexcept = 0;

  const boost::asio::any_io_executor executor;
  const std::size_t cost;                                      ///< In point reads, about.
  std::list<std::shared_ptr<PendingRead>>::iterator position;  ///< Guarded by the queue's mutex.
};

[[nodiscard]] inline std::size_t cost_of(const PointQuery& /*query*/) { return 1; }
[[nodiscard]] inline std::size_t cost_of(const PageQuery& query) {
  constexpr std::size_t kRowsOfAPointRead = 4;
  return 1 + query.query.limit / kRowsOfAPointRead;
}

/// `Query` is what `sqlite::read` takes, `Value` what it gives.
template <class Query, class Value>
class PendingQuery final : public PendingResult<PendingRead, Value> {
 public:
  PendingQuery(Query query, std::shared_ptr<detail::Waiter<Value>> waiter)
      : PendingResult<PendingRead, Value>(waiter, waiter->executor(), cost_of(query)),
        query_(std::move(query)) {}

  bool read(Connection& connection) noexcept override {
    try {
      this->result_ = sqlite::read(connection, query_);
    } catch (const std::exception& exception) {  // no memory, most likely
      this->result_ =
          fail(ErrorKind::kInternal, std::string("the read threw: ") + exception.what());
    }
    return this->result_ || this->result_.error().engine_code == 0;
  }

 private:
  const Query query_;
};

}  // namespace skep::sqlite
