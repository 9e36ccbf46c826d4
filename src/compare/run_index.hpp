// The outputs of a run, each with a number that is the same for equal ones.
#pragma once

#include "compare/readable.hpp"
#include "compare/worker.hpp"

#include <skep/compare.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace skep::compare {

/// An output without its body.
struct IndexedOutput {
  std::string id;
  std::int64_t seq;
  std::uint64_t head_bytes;
  std::uint64_t body_bytes;
  std::uint32_t producer;  ///< An index into `Names::producers`.
  std::uint32_t equality;  ///< Equal outputs of any producer share it.
  std::uint8_t type;       ///< The index of the event's alternative.
};

/// What the numbers of both runs stand for.
class Names {
 public:
  std::deque<std::string> producers;  ///< They stay where they are.
  std::uint64_t byte_count = 0;       ///< Of these, and of the refs.

  [[nodiscard]] std::uint32_t producer(const std::string& name);
  [[nodiscard]] std::uint32_t equality(const Fingerprint& event);

 private:
  std::map<std::string_view, std::uint32_t> producer_numbers_;
  std::map<decltype(Fingerprint::digest), std::uint32_t> event_numbers_;
};

struct RunIndex {
  std::vector<IndexedOutput> outputs;
  std::vector<DamagedRecord> damaged;
};

/// Reads a run page by page; `worker` makes the numbers. Errors: as `compare_runs`.
[[nodiscard]] Awaitable<RunIndex> index_run(OutputStore& store, RunId run, Names& names,
                                            Worker& worker);

/// The tag of an event by the index of its alternative.
[[nodiscard]] std::string_view type_name(std::uint8_t type) noexcept;

}  // namespace skep::compare
