// What this program asks of the file system to keep things, in order; and failures on demand.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace skep::test {

/// A call of `fsync` (`fdatasync` too), `rename`, `link` or `mkdir` that was let through.
struct SystemCall {
  std::string name;
  std::filesystem::path path;  ///< of what was synced, made or named anew: the new name
  std::filesystem::path from;  ///< the old name, of `rename` and `link`
};

/// Watches the calls on files below `directory`, made by anything in this process, while it lives.
/// One at a time. The numbers of calls begin at 1.
class SystemCalls {
 public:
  explicit SystemCalls(std::filesystem::path directory);
  SystemCalls(const SystemCalls&) = delete;
  SystemCalls& operator=(const SystemCalls&) = delete;
  ~SystemCalls();

  /// The call with that number fails with EIO, and does nothing.
  void fail_at(std::size_t number);
  /// In the place of the call with that number the process ends, as if it were killed.
  void die_at(std::size_t number);

  /// As on a file system that has no links.
  void forbid_links();

  [[nodiscard]] std::vector<SystemCall> taken() const;
};

}  // namespace skep::test
