#include "bench_files.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace skep::bench {

std::filesystem::path files_dir() {
  const char* named = std::getenv("SKEP_BENCH_DIR");
  std::filesystem::path dir = named != nullptr ? named : "bench-data";
  std::filesystem::create_directories(dir);
  struct statfs info{};
  if (statfs(dir.c_str(), &info) == 0 &&
      (info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC)) {
    std::fprintf(stderr,
                 "skep_bench: %s is in memory, where a sync costs nothing; set SKEP_BENCH_DIR to a "
                 "directory on a disk\n",
                 dir.c_str());
    std::exit(2);
  }
  return dir;
}

BenchFile::BenchFile(const std::string& name) : path_(files_dir() / (name + ".db")) { remove(); }

BenchFile::~BenchFile() { remove(); }

void BenchFile::remove() const {
  for (const char* companion : {"", "-wal", "-shm", "-journal", ".blobs"}) {
    std::error_code ignored;
    std::filesystem::remove_all(path_.string() + companion, ignored);
  }
}

std::string body_text(std::size_t bytes) {
  std::string text(bytes, ' ');
  std::uint64_t state = 88172645463325252U;  // xorshift64 (Marsaglia 2003)
  for (char& c : text) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    c = static_cast<char>('a' + state % 26);
  }
  return text;
}

std::string event_json(std::size_t body_bytes) {
  return R"({"type":"final","content":{"kind":"inline","value":")" + body_text(body_bytes) +
         R"("},"ok":true})";
}

std::string record_id(std::uint64_t n) {
  char text[24];
  std::snprintf(text, sizeof text, "out-%010llx", static_cast<unsigned long long>(n));
  return text;
}

void WriteMeter::report(benchmark::State& state, std::uint64_t append_count,
                        std::size_t body_bytes) const {
  const double body_total = static_cast<double>(append_count) * static_cast<double>(body_bytes);
  state.counters["written/body"] = static_cast<double>(written_bytes() - start_bytes_) / body_total;
  state.counters["syncs/append"] =
      static_cast<double>(sync_count() - start_syncs_) / static_cast<double>(append_count);
}

std::uint64_t WriteMeter::written_bytes() {
  std::ifstream io("/proc/self/io");
  std::string key;
  std::uint64_t value = 0;
  while (io >> key >> value) {
    if (key == "wchar:") return value;
  }
  return 0;
}

}  // namespace skep::bench
