#include "compare/run_index.hpp"

#include "compare/readable.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

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

// Gives the size of the body.
std::uint64_t add_output(RunIndex& index, const OutputRecord& record, Names& names,
                         const Stop& stop) {
  IndexedOutput& output = index.outputs.emplace_back(
      IndexedOutput{record.id.str(), record.seq, 0, names.producer(record.producer_agent), 0,
                    static_cast<std::uint8_t>(record.event.index())});
  output.equality = names.equality(record.event, output.body_bytes, stop);
  return output.body_bytes;
}

}  // namespace

std::uint32_t Names::producer(const std::string& name) {
  const auto next = static_cast<std::uint32_t>(producers.size());
  const auto [found, is_new] = producer_numbers_.try_emplace(name, next);
  if (is_new) producers.push_back(name);
  return found->second;
}

std::uint32_t Names::equality(const OutputEvent& event, std::uint64_t& body_bytes,
                              const Stop& stop) {
  const auto [head, body] = readable(event, stop);
  body_bytes = body.size();
  const std::string head_length = std::to_string(head.size()) + ' ';  // where the head ends
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  Digest digest{};
  const bool is_done =
      context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1 &&
      EVP_DigestUpdate(context.get(), head_length.data(), head_length.size()) == 1 &&
      EVP_DigestUpdate(context.get(), head.data(), head.size()) == 1 &&
      EVP_DigestUpdate(context.get(), body.data(), body.size()) == 1 &&
      EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  if (!is_done) throw std::runtime_error("SHA-256 failed");
  const auto next = static_cast<std::uint32_t>(event_numbers_.size());
  return event_numbers_.try_emplace(digest, next).first->second;
}

std::string_view type_name(std::uint8_t type) noexcept {
  constexpr std::array<std::string_view, std::variant_size_v<OutputEvent>> kNames = {
      "progress", "partial", "artifact", "final"};
  return kNames.at(type);
}

OutputStore::Awaitable<RunIndex> index_run(OutputStore& store, RunId run, Names& names,
                                           Worker& worker) {
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
    const auto add = [&](const Stop& stop) {
      for (const OutputRecord& record : page->listing.records) {
        if (stop.is_set()) return;
        bytes += add_output(index, record, names, stop);
      }
    };
    auto operation = worker.run(add);
    const auto added = co_await std::move(operation);
    if (!added) co_return std::unexpected(added.error());
    for (auto& row : page->listing.damaged) index.damaged.push_back(std::move(row));
    if (index.outputs.size() + index.damaged.size() > kMaxComparedOutputs) {
      co_return too_large(run, std::to_string(kMaxComparedOutputs) + " outputs");
    }
    if (bytes > kMaxComparedBytes) co_return too_large(run, "1 GiB of bodies");
    if (!page->next_after_seq) break;
    query.after_seq = *page->next_after_seq;
  }
  if (index.outputs.empty() && index.damaged.empty()) {
    co_return fail(ErrorKind::kNotFound, "there are no outputs in " + in_words(run));
  }
  co_return index;
}

}  // namespace skep::compare
