// The functions of the C library that make things durable, defined here in its place: those of a
// program come before those of any shared library, for that library too.
#include "durability/system_calls.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <utility>

namespace skep::test {
namespace {

namespace fs = std::filesystem;

struct Watch {
  std::mutex mutex;
  fs::path directory;  // empty: nobody looks
  std::vector<SystemCall> taken;
  std::size_t count = 0;
  std::size_t fails_at = 0;
  std::size_t dies_at = 0;
  bool has_links = true;
};

Watch& watch() {
  static Watch instance;
  return instance;
}

bool is_below(const fs::path& path, const fs::path& directory) {
  return std::ranges::mismatch(directory, path).in1 == directory.end();
}

// False if it is to fail.
bool let_through(SystemCall call) {
  const std::scoped_lock lock(watch().mutex);
  if (watch().directory.empty() || !is_below(call.path, watch().directory)) return true;
  const std::size_t number = ++watch().count;
  if (number == watch().dies_at) ::_exit(0);
  if (number == watch().fails_at) return false;
  watch().taken.push_back(std::move(call));
  return true;
}

bool has_links() {
  const std::scoped_lock lock(watch().mutex);
  return watch().has_links;
}

int failed() {
  errno = EIO;
  return -1;
}

fs::path path_of(int descriptor) {
  std::array<char, 4'096> name{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const auto size = ::readlink(link.c_str(), name.data(), name.size());
  return size > 0 ? fs::path(std::string(name.data(), static_cast<std::size_t>(size))) : fs::path();
}

int sync(int descriptor, long number) {
  if (!let_through({"fsync", path_of(descriptor), {}})) return failed();
  return static_cast<int>(::syscall(number, descriptor));
}

}  // namespace

SystemCalls::SystemCalls(fs::path directory) {
  const std::scoped_lock lock(watch().mutex);
  watch().directory = std::move(directory);
}

SystemCalls::~SystemCalls() {
  const std::scoped_lock lock(watch().mutex);
  watch().directory.clear();
  watch().taken.clear();
  watch().count = watch().fails_at = watch().dies_at = 0;
  watch().has_links = true;
}

void SystemCalls::fail_at(std::size_t number) {
  const std::scoped_lock lock(watch().mutex);
  watch().fails_at = number;
}

void SystemCalls::die_at(std::size_t number) {
  const std::scoped_lock lock(watch().mutex);
  watch().dies_at = number;
}

void SystemCalls::forbid_links() {
  const std::scoped_lock lock(watch().mutex);
  watch().has_links = false;
}

std::vector<SystemCall> SystemCalls::taken() const {
  const std::scoped_lock lock(watch().mutex);
  return watch().taken;
}

}  // namespace skep::test

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)
extern "C" {

int fsync(int descriptor) { return skep::test::sync(descriptor, SYS_fsync); }

int fdatasync(int descriptor) { return skep::test::sync(descriptor, SYS_fdatasync); }

int rename(const char* from, const char* to) noexcept {
  if (!skep::test::let_through({"rename", to, from})) return skep::test::failed();
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int link(const char* from, const char* to) noexcept {
  if (!skep::test::has_links()) {
    errno = EPERM;
    return -1;
  }
  if (!skep::test::let_through({"link", to, from})) return skep::test::failed();
  return static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int mkdir(const char* path, mode_t mode) noexcept {
  if (!skep::test::let_through({"mkdir", path, {}})) return skep::test::failed();
  return static_cast<int>(::syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
