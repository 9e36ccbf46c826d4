// Blobs of 10 MB through the public API, beside a plain file written and synced as durably, and
// one that is only read.
#include "callers.hpp"
#include "registered.hpp"

#include <skep/blob.hpp>
#include <skep/slice.hpp>

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>

namespace skep::bench {
namespace {

constexpr std::size_t kBlobBytes = 10'000'000;

std::string random_text() {
  std::mt19937_64 random(1);
  std::string text(kBlobBytes, '\0');
  for (char& byte : text) byte = static_cast<char>('a' + random() % 16);
  return text;
}

// No two are the same blob.
void number(std::string& text, std::int64_t count) {
  std::memcpy(text.data(), &count, sizeof count);
}

void check(bool done) {
  if (!done) throw std::runtime_error("the raw file could not be written or read");
}

class TextSource final : public BlobSource {
 public:
  explicit TextSource(const std::string& text) : text_(text) {}

  boost::asio::awaitable<Result<std::size_t>> read(std::span<char> buffer) override {
    const std::size_t size = text_.copy(buffer.data(), buffer.size(), at_);
    at_ += size;
    co_return size;
  }

 private:
  const std::string& text_;
  std::size_t at_ = 0;
};

AppendRequest blob_request() {
  return {"task", 1, "agent", Final(FileRef("", "text/plain"), true)};
}

void count_bytes(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<std::int64_t>(kBlobBytes) * state.iterations());
}

void blob_append(benchmark::State& state) {
  const BenchFile file("blob-append");
  auto store = open_store(file);
  std::string text = random_text();
  std::int64_t count = 0;
  for (auto _ : state) {
    number(text, ++count);
    (void)store.append_blob(blob_request(), std::make_shared<TextSource>(text)).value();
  }
  count_bytes(state);
}

// The least that is as safe: hashed, written aside, synced, renamed, its directory synced.
void raw_blob_write(benchmark::State& state) {
  const BenchFile file("blob-write");
  const std::string path = file.path().string();
  const int directory = ::open(file.path().parent_path().c_str(), O_RDONLY | O_DIRECTORY);
  std::string text = random_text();
  std::int64_t count = 0;
  for (auto _ : state) {
    number(text, ++count);
    unsigned char hash[EVP_MAX_MD_SIZE];
    check(EVP_Digest(text.data(), text.size(), hash, nullptr, EVP_sha256(), nullptr) == 1);
    const std::string aside = path + ".aside";
    const int written = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    check(::write(written, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    check(::fsync(written) == 0 && ::close(written) == 0);
    check(::rename(aside.c_str(), path.c_str()) == 0 && ::fsync(directory) == 0);
  }
  ::close(directory);
  count_bytes(state);
}

OutputRef store_blob(BlockingStore& store, const std::string& text) {
  return store.append_blob(blob_request(), std::make_shared<TextSource>(text)).value();
}

void blob_read(benchmark::State& state) {
  const BenchFile file("blob-read");
  auto store = open_store(file);
  const OutputRef ref = store_blob(store, random_text());
  for (auto _ : state) {
    const auto blob = store.open_blob(ref).value();
    for (std::uint64_t offset = 0; offset < kBlobBytes;) {
      offset += BlockingStore::read_blob(*blob, offset).value().size();
    }
  }
  count_bytes(state);
}

void blob_slice(benchmark::State& state) {
  const BenchFile file("blob-slice");
  auto store = open_store(file);
  const OutputRef ref = store_blob(store, random_text());
  const SliceQuery query(ByteRange{kBlobBytes / 2, kBlobBytes / 2 + 2'047});
  for (auto _ : state) benchmark::DoNotOptimize(store.slice(ref, query).value());
  count_bytes(state);
}

void raw_file_read(benchmark::State& state) {
  const BenchFile file("file-read");
  const std::string text = random_text();
  const int descriptor = ::open(file.path().c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
  check(::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  std::string buffer(kBlobPieceBytes, '\0');
  for (auto _ : state) {
    for (off_t offset = 0; offset < static_cast<off_t>(kBlobBytes);) {
      const auto size = ::pread(descriptor, buffer.data(), buffer.size(), offset);
      check(size > 0);
      offset += size;
    }
  }
  ::close(descriptor);
  count_bytes(state);
}

BENCHMARK(blob_append)->Apply(in_turn);
BENCHMARK(raw_blob_write)->Apply(in_turn);
BENCHMARK(blob_read)->Apply(in_turn);
BENCHMARK(raw_file_read)->Apply(in_turn);
BENCHMARK(blob_slice)->Apply(in_turn);

}  // namespace
}  // namespace skep::bench
