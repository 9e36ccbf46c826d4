// Searches beside raw SQLite over the same index, what an index adds to an append, and what it
// costs to make.
#include "callers.hpp"
#include "registered.hpp"
#include "sqlite/schema.hpp"

#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace skep::bench {
namespace {

using sqlite::Connection;

constexpr std::size_t kRecordCount = 20'000;
constexpr std::size_t kTextBytes = 4'096;
constexpr std::size_t kRareEvery = 1'000;

// Words as often as in prose, about: the n-th most frequent one in n has as many as the first.
class Prose {
 public:
  std::string text(std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += word() + ' ';
    text.resize(bytes);
    return text;
  }

 private:
  std::string word() {
    constexpr double kVocabulary = 50'000;
    auto rank = static_cast<std::uint64_t>(std::exp(share_(random_) * std::log(kVocabulary)));
    std::string word;
    for (; rank > 0; rank /= 20) word += "etaoinshrdlucmfwypvb"[rank % 20];
    return word;
  }

  std::mt19937_64 random_{7};  // NOLINT(cert-msc51-cpp): the same words each time
  std::uniform_real_distribution<double> share_{0, 1};
};

SqliteStoreOptions with_search(bool search) {
  SqliteStoreOptions options;
  options.search = search;
  return options;
}

// In each text the word "common"; in some, "rarely".
void fill_searched(BlockingStore& store) {
  Prose prose;
  std::vector<AppendRequest> batch;
  for (std::size_t i = 0; i < kRecordCount; ++i) {
    const std::string words = i % kRareEvery == 0 ? "common rarely " : "common ";
    const std::string text = words + prose.text(kTextBytes - words.size());
    batch.push_back(request_of(JsonText::from_string(text).value()));
    if (batch.size() < 1'000) continue;
    static_cast<void>(store.append_all(std::exchange(batch, {})).value());
  }
}

// A store that is searched, indexed. Made once: it takes longer than all searches.
const BenchFile& searched_file() {
  static const BenchFile file("search");
  static const bool is_filled = [] {
    auto store = open_store(file, with_search(true));
    fill_searched(store);
    return store.search(SearchQuery("rarely")).has_value();
  }();
  if (!is_filled) throw std::runtime_error("the store that is to be searched was not indexed");
  return file;
}

void search_for(benchmark::State& state, const std::string& words) {
  auto store = open_store(searched_file(), with_search(true));
  for (auto _ : state) {
    if (store.search(SearchQuery(words)).value().hits.size() != 20) state.SkipWithError("not 20");
  }
  state.SetItemsProcessed(state.iterations());
}

void search_common(benchmark::State& state) { search_for(state, "common"); }
void search_rare(benchmark::State& state) { search_for(state, "rarely"); }

// What a program would write that has the index: the best 20, with FTS5's own snippets.
void raw_search_for(benchmark::State& state, const std::string& words) {
  auto connection = Connection::open(std::filesystem::absolute(searched_file().path()).string(),
                                     Connection::Mode::kReadWrite, std::chrono::seconds(5))
                        .value();
  for (auto _ : state) {
    auto statement = connection
                         ->prepare(
                             "SELECT rowid, rank, snippet(skep_search_index, 0, '[', ']', '', 32) "
                             "FROM skep_search_index WHERE skep_search_index MATCH ?1 "
                             "ORDER BY rank LIMIT 20")
                         .value();
    statement.bind(1, words);
    std::size_t count = 0;
    while (statement.step().value()) {
      std::string snippet(statement.text(2).value());
      benchmark::DoNotOptimize(snippet);
      ++count;
    }
    if (count != 20) state.SkipWithError("not 20");
  }
  state.SetItemsProcessed(state.iterations());
}

void raw_search_common(benchmark::State& state) { raw_search_for(state, "common"); }
void raw_search_rare(benchmark::State& state) { raw_search_for(state, "rarely"); }

// 64 callers append; with an index if `state.range(0)` says so.
void store_append_search(benchmark::State& state) {
  const BenchFile file("append-search");
  auto store = open_store(file, with_search(state.range(0) != 0));
  const JsonText body = body_of(kTextBytes);
  std::int64_t append_count = 0;
  for (auto _ : state) {
    run_callers(64, [&](std::size_t) { return append_each(store.async(), body, 16); });
    append_count += std::int64_t{64} * 16;
  }
  state.SetItemsProcessed(append_count);
}

// The first search, which indexes all there is.
void index_all(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    {
      const BenchFile file("index");
      auto store = open_store(file, with_search(true));
      fill_searched(store);
      const auto bytes_before = store.stats().value().database_bytes;
      state.ResumeTiming();
      static_cast<void>(store.search(SearchQuery("rarely")).value());
      state.PauseTiming();
      const auto index_bytes = store.stats().value().database_bytes - bytes_before;
      state.counters["index/text"] =
          static_cast<double>(index_bytes) / (static_cast<double>(kRecordCount) * kTextBytes);
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * std::int64_t{kRecordCount});
}

BENCHMARK(search_common)->Apply(in_turn);
BENCHMARK(search_rare)->Apply(in_turn);
BENCHMARK(raw_search_common)->Apply(in_turn);
BENCHMARK(raw_search_rare)->Apply(in_turn);
BENCHMARK(store_append_search)->Apply(in_turn)->Arg(0)->Arg(1);
BENCHMARK(index_all)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace skep::bench
