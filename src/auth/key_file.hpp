// The key file of a running server.
#pragma once

#include "auth/keyring.hpp"
#include "auth/private_file.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace skep::auth {

/// Gives the keyring that a file holds, and follows it when the file changes. Thread-safe.
class KeyFile {
 public:
  using Clock = std::chrono::steady_clock;

  /// Reads `path`. Fails as `Keyring::load`.
  [[nodiscard]] static Result<std::unique_ptr<KeyFile>> open(const std::filesystem::path& path);

  /// From now on `on_change` is called, by whoever asks for the keyring, when what is wrong with
  /// the file becomes something else: with that, or with nothing once all is well. Call it once,
  /// before others use this. It must not call back.
  void watch(std::function<void(const std::optional<Error>&)> on_change) {
    on_change_ = std::move(on_change);
  }

  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;
  ~KeyFile() = default;

  /// The keyring; never null. Looks at the file at most once a second, and reads it if it changed.
  /// If it cannot be read, or is damaged, the keyring stays what it was.
  [[nodiscard]] std::shared_ptr<const Keyring> keyring(Clock::time_point now = Clock::now());

  /// What was wrong with the file when it was looked at last; nothing if all was well.
  [[nodiscard]] std::optional<Error> last_error() const;

 private:
  KeyFile(std::filesystem::path path, Keyring keyring, const FileStamp& stamp);
  [[nodiscard]] std::optional<Error> look();

  const std::filesystem::path path_;
  mutable std::mutex mutex_;  // Guards what follows.
  std::shared_ptr<const Keyring> keyring_;
  FileStamp stamp_;  // Of the file that `keyring_` was read from.
  Clock::time_point looked_at_;
  std::optional<Error> last_error_;
  std::function<void(const std::optional<Error>&)> on_change_;
};

}  // namespace skep::auth
