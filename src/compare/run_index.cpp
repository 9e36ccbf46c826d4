#include "compare/run_index.hpp"

#include <array>
#include <utility>
#include <variant>

namespace skep::compare {
namespace {

constexpr std::size_t kPageRecords = 100;

std::string in_words(const RunId& run) {
  return "attempt " + std::to_string(run.attempt) + " of task '" + run.task_id + "'";
}

std::unexpected<Error> too_large(const RunId& run, const std::string& limit) {
  return fail(ErrorKind::kTooLarge,
              in_words(run) + " has more than " + limit + ", the most that can be compared");
}

// Gives the size of what was looked at.
std::uint64_t add_output(RunIndex& index, const OutputRecord& record, Names& names,
                         const StopFlag& stop) {
  const Fingerprint event = fingerprint(record.event, stop);
  names.byte_count += record.id.str().size();
  index.outputs.push_back({record.id.str(), record.seq, event.head_bytes, event.body_bytes,
                           names.producer(record.producer_agent), names.equality(event),
                           static_cast<std::uint8_t>(record.event.index())});
  return event.source_bytes;
}

}  // namespace

std::uint32_t Names::producer(const std::string& name) {
  const auto next = static_cast<std::uint32_t>(producers.size());
  if (const auto known = producer_numbers_.find(name); known != producer_numbers_.end()) {
    return known->second;
  }
  byte_count += name.size();
  producer_numbers_.emplace(producers.emplace_back(name), next);
  return next;
}

std::uint32_t Names::equality(const Fingerprint& event) {
  const auto next = static_cast<std::uint32_t>(event_numbers_.size());
  return event_numbers_.try_emplace(event.digest, next).first->second;
}

std::string_view type_name(std::uint8_t type) noexcept {
  constexpr std::array<std::string_view, std::variant_size_v<OutputEvent>> kNames = {
      "progress", "partial", "artifact", "final"};
  return kNames.at(type);
}

Awaitable<RunIndex> index_run(OutputStore& store, RunId run, Names& names, Worker& worker) {
  RunIndex index;
  std::uint64_t bytes = 0;
  ListQuery query;
  query.task_id = run.task_id;
  query.attempt = run.attempt;
  query.limit = kPageRecords;
  for (;;) {
    const CallOptions rest = worker.rest();
    auto page = co_await store.list(query, rest);
    if (!page) co_return std::unexpected(std::move(page.error()));
    const auto add = [&](const StopFlag& stop) {
      for (const OutputRecord& record : page->listing.records) {
        if (stop.is_set()) return;
        bytes += add_output(index, record, names, stop);
      }
    };
    auto operation = worker.run(add);
    const auto added = co_await std::move(operation);
    if (!added) co_return std::unexpected(added.error());
    for (auto& row : page->listing.damaged) {
      names.byte_count += row.id.size() + row.reason.size();
      index.damaged.push_back(std::move(row));
    }
    if (index.outputs.size() + index.damaged.size() > kMaxComparedOutputs) {
      co_return too_large(run, std::to_string(kMaxComparedOutputs) + " outputs");
    }
    if (bytes > kMaxComparedBytes) co_return too_large(run, "1 GiB of bodies");
    if (names.byte_count > kMaxComparedNameBytes) {
      co_return fail(ErrorKind::kTooLarge, "up to " + in_words(run) +
                                               ", the refs and the names of producers take more "
                                               "than 32 MiB, the most that can be compared");
    }
    if (!page->next_after_seq) break;
    query.after_seq = *page->next_after_seq;
  }
  if (index.outputs.empty() && index.damaged.empty()) {
    co_return fail(ErrorKind::kNotFound, "there are no outputs in " + in_words(run));
  }
  co_return index;
}

}  // namespace skep::compare
