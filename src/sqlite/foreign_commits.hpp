// Noticing what other connections, of other processes too, commit to the file.
#pragma once

#include "sqlite/connection.hpp"
#include "store/append_signal.hpp"

#include <skep/isle.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

namespace skep::sqlite {

/// While anybody waits for the signal, looks for the greatest `seq` of the file about every 25 ms,
/// on a connection and a thread of its own, which are made when they are first needed. SQLite has
/// no way to be told. Thread-safe.
class ForeignCommits : public std::enable_shared_from_this<ForeignCommits> {
 public:
  using OpenReader = detail::IsleCore<Connection>::Factory;

  ForeignCommits(OpenReader open_reader, std::shared_ptr<AppendSignal> signal)
      : open_reader_(std::move(open_reader)), signal_(std::move(signal)) {}

  /// From now on, for as long as somebody waits and at least for a second, the signal is set.
  void watch();

  /// Ends the watching, and the thread. Blocks for it. Idempotent.
  void close();

 private:
  void look(Connection& connection);

  const OpenReader open_reader_;
  const std::shared_ptr<AppendSignal> signal_;

  std::mutex mutex_;
  std::condition_variable closed_;
  std::optional<StartedIsle<Connection>> isle_;
  bool watching_ = false;
  bool failed_ = false;  // the isle could not be opened
  int looks_left_ = 0;
  bool closing_ = false;
};

}  // namespace skep::sqlite
