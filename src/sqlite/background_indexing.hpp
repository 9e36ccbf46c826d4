// Keeping the index of words up to date while nobody searches.
#pragma once

#include "sqlite/connection.hpp"
#include "store/append_signal.hpp"

#include <skep/isle.hpp>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace skep::sqlite {

/// A second after a commit it has the writer index what is new: all of it if no more commits come,
/// and a portion a second while they do, so that appends lose 2 % of their time at the most and a
/// search finds less to catch up with. Thread-safe.
class BackgroundIndexing : public std::enable_shared_from_this<BackgroundIndexing> {
 public:
  BackgroundIndexing(Isle<Connection> writer, std::shared_ptr<AppendSignal> signal)
      : writer_(std::move(writer)), signal_(std::move(signal)) {}

  void start();

  /// Ends it. Waits for its thread, but for nothing that is queued at the writer. Idempotent.
  void close();

 private:
  enum class Portion : std::uint8_t { kNone, kUnderWay, kDone, kLast };

  void run();
  void index_portion();

  const Isle<Connection> writer_;
  const std::shared_ptr<AppendSignal> signal_;

  std::mutex mutex_;
  std::condition_variable changed_;
  Portion portion_ = Portion::kNone;
  bool closing_ = false;
  std::optional<std::thread> thread_;
};

}  // namespace skep::sqlite
