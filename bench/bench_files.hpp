// Where benchmarks keep their files, what they write into them, and what writing cost.
#pragma once

#include "sync_meter.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace skep::bench {

/// The directory of all benchmark files: $SKEP_BENCH_DIR, or ./bench-data. Ends the program with a
/// message if it is on a file system in memory, where durability costs nothing.
[[nodiscard]] std::filesystem::path files_dir();

/// A database path that is gone, with its companions, before and after.
class BenchFile {
 public:
  explicit BenchFile(const std::string& name);
  BenchFile(const BenchFile&) = delete;
  BenchFile& operator=(const BenchFile&) = delete;
  ~BenchFile();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  void remove() const;

  std::filesystem::path path_;
};

/// A text of that many bytes that does not compress to nothing.
[[nodiscard]] std::string body_text(std::size_t bytes);

/// The event that every benchmark appends, as JSON.
[[nodiscard]] std::string event_json(std::size_t body_bytes);

/// The id of the n-th record: neighbours in time are neighbours in the index, as in the store.
[[nodiscard]] std::string record_id(std::uint64_t n);

/// Counts what this process writes and syncs while it lives, and reports it per body byte and per
/// append.
class WriteMeter {
 public:
  WriteMeter() : start_bytes_(written_bytes()), start_syncs_(sync_count()) {}
  void report(benchmark::State& state, std::uint64_t append_count, std::size_t body_bytes) const;

 private:
  static std::uint64_t written_bytes();
  std::uint64_t start_bytes_;
  std::uint64_t start_syncs_;
};

}  // namespace skep::bench
