// Parts of a text of 10 MB, through the public API, beside what they cannot beat: a copy of what
// has to be read, and RE2 alone.
#include "callers.hpp"
#include "registered.hpp"

#include <skep/slice.hpp>

#include <re2/re2.h>

#include <cstring>
#include <string>

namespace skep::bench {
namespace {

constexpr std::size_t kSlicedBytes = 10'000'000;

std::string large_text() {
  std::string text;
  text.reserve(kSlicedBytes + 64);
  for (std::size_t i = 0; text.size() < kSlicedBytes; ++i) {
    text += "line " + std::to_string(i) + ": what an agent said, at some length, of bees\n";
  }
  return text + "the needle\n";
}

void run_slices(benchmark::State& state, const SliceQuery& query) {
  const BenchFile file("slice");
  auto store = open_store(file);
  const std::string text = large_text();
  const OutputRef ref = store.append(request_of(JsonText::from_string(text).value())).value();
  for (auto _ : state) {
    auto part = store.slice(ref, query);
    benchmark::DoNotOptimize(part.value());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

void slice_bytes(benchmark::State& state) {
  run_slices(state, SliceQuery(ByteRange{kSlicedBytes / 2, kSlicedBytes / 2 + 2'047}));
}
void slice_lines(benchmark::State& state) {
  run_slices(state, SliceQuery(LineRange{70'000, 70'030}));
}
void slice_grep(benchmark::State& state) { run_slices(state, SliceQuery(Grep("need[a-z]+"))); }

// The record whole, as it has to be read for each of these.
void slice_get(benchmark::State& state) {
  const BenchFile file("slice-get");
  auto store = open_store(file);
  const std::string text = large_text();
  const OutputRef ref = store.append(request_of(JsonText::from_string(text).value())).value();
  for (auto _ : state) {
    auto record = store.get(ref);
    benchmark::DoNotOptimize(record.value());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

void raw_copy(benchmark::State& state) {
  const std::string text = large_text();
  std::string copy(text.size(), '\0');
  for (auto _ : state) {
    std::memcpy(copy.data(), text.data(), text.size());
    benchmark::DoNotOptimize(copy.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

void raw_re2(benchmark::State& state) {
  const std::string text = large_text();
  const RE2 pattern("(?m)need[a-z]+");
  for (auto _ : state) {
    re2::StringPiece found;
    benchmark::DoNotOptimize(pattern.Match(text, 0, text.size(), RE2::UNANCHORED, &found, 1));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

BENCHMARK(slice_bytes)->Apply(in_turn);
BENCHMARK(slice_lines)->Apply(in_turn);
BENCHMARK(slice_grep)->Apply(in_turn);
BENCHMARK(slice_get)->Apply(in_turn);
BENCHMARK(raw_copy)->Apply(in_turn);
BENCHMARK(raw_re2)->Apply(in_turn);

}  // namespace
}  // namespace skep::bench
