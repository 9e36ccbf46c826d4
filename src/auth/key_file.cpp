#include "auth/key_file.hpp"

#include <utility>

namespace skep::auth {
namespace {

constexpr std::chrono::seconds kLookInterval(1);

}  // namespace

KeyFile::KeyFile(std::filesystem::path path, Keyring keyring, const FileStamp& stamp)
    : path_(std::move(path)),
      keyring_(std::make_shared<const Keyring>(std::move(keyring))),
      stamp_(stamp),
      looked_at_(Clock::now()) {}

Result<std::unique_ptr<KeyFile>> KeyFile::open(const std::filesystem::path& path) {
  const auto file = read_private_file(path);
  if (!file) return std::unexpected(file.error());
  auto keyring = Keyring::parse(file->text, path.string());
  if (!keyring) return std::unexpected(keyring.error());
  return std::unique_ptr<KeyFile>(new KeyFile(path, std::move(*keyring), file->stamp));
}

std::shared_ptr<const Keyring> KeyFile::keyring(Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  if (now - looked_at_ < kLookInterval) return keyring_;
  looked_at_ = now;
  auto error = look();
  const auto message_of = [](const std::optional<Error>& what) {
    return what ? what->message : std::string();
  };
  const bool has_changed = message_of(error) != message_of(last_error_);
  last_error_ = std::move(error);
  if (has_changed && on_change_) on_change_(last_error_);
  return keyring_;
}

std::optional<Error> KeyFile::last_error() const {
  const std::scoped_lock lock(mutex_);
  return last_error_;
}

std::optional<Error> KeyFile::look() {
  const auto stamp = stamp_of(path_);
  if (stamp && *stamp == stamp_) return std::nullopt;
  // The stamp stays what it was if this fails: the next look tries again.
  const auto file = read_private_file(path_);
  if (!file) return file.error();
  auto keyring = Keyring::parse(file->text, path_.string());
  if (!keyring) return keyring.error();
  keyring_ = std::make_shared<const Keyring>(std::move(*keyring));
  stamp_ = file->stamp;
  return std::nullopt;
}

}  // namespace skep::auth
