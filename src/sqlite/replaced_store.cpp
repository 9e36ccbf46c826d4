#include "sqlite/replaced_store.hpp"

#include "sqlite/connection.hpp"
#include "store/descriptor.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

namespace skep::sqlite {

Result<void> check_unused(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return {};
  auto connection =
      Connection::open(path.string(), Connection::Mode::kReadWrite, std::chrono::milliseconds(0));
  if (!connection) return {};
  auto locked = (*connection)->execute("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
  if (locked || locked.error().kind != ErrorKind::kBusy) return {};
  locked.error().message = path.string() + " is in use: end what has it open first";
  return locked;
}

Result<void> make_way(const std::filesystem::path& path) {
  if (auto unused = check_unused(path); !unused) return unused;
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    const std::string name = path.string() + suffix;
    if (::unlink(name.c_str()) != 0 && errno != ENOENT) {
      return io_failed("can't remove", name, errno);
    }
  }
  return {};
}

}  // namespace skep::sqlite
