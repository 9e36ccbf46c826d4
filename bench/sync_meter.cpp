// Stands between SQLite and the C library: a program's own function comes first for its libraries.
#include "sync_meter.hpp"

#include <dlfcn.h>

#include <atomic>

namespace skep::bench {
namespace {

std::atomic<std::uint64_t> syncs = 0;

int call_next(const char* name, int file) {
  ++syncs;
  return reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, name))(file);
}

}  // namespace

std::uint64_t sync_count() noexcept { return syncs; }

}  // namespace skep::bench

extern "C" int fsync(int file) { return skep::bench::call_next("fsync", file); }
extern "C" int fdatasync(int file) { return skep::bench::call_next("fdatasync", file); }
