#include "auth/keyring.hpp"

#include "auth/base64url.hpp"
#include "auth/private_file.hpp"
#include "auth/random.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace skep::auth {
namespace {

constexpr std::string_view kFirstLine = "skep keys 1";
constexpr std::size_t kMaxKeys = 2;
constexpr std::size_t kMinSecretBytes = 32;
constexpr std::size_t kKeyIdBytes = 4;
constexpr std::size_t kMaxKeyIdLength = 64;

Result<Key> new_key() {
  auto id = random_hex(kKeyIdBytes);
  if (!id) return std::unexpected(id.error());
  auto secret = random_bytes(kMinSecretBytes);
  if (!secret) return std::unexpected(secret.error());
  return Key{std::move(*id), std::move(*secret)};
}

bool is_key_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxKeyIdLength && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::optional<Key> key_of(std::string_view line) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos || !is_key_id(line.substr(0, space))) return std::nullopt;
  auto secret = from_base64url(line.substr(space + 1));
  if (!secret || secret->size() < kMinSecretBytes) return std::nullopt;
  return Key{std::string(line.substr(0, space)), std::move(*secret)};
}

}  // namespace

Result<Keyring> Keyring::generate() {
  auto key = new_key();
  if (!key) return std::unexpected(key.error());
  return Keyring({std::move(*key)});
}

Result<Keyring> Keyring::load(const std::filesystem::path& path) {
  const auto file = read_private_file(path);
  if (!file) return std::unexpected(file.error());
  return parse(file->text, path.string());
}

// Messages show nothing of a line: it may be a key.
Result<Keyring> Keyring::parse(std::string_view text, const std::string& name) {
  std::size_t number = 0;
  const auto wrong = [&](const std::string& why) {
    return fail(ErrorKind::kInvalidArgument,
                "key file '" + name + "', line " + std::to_string(number) + ": " + why);
  };
  std::vector<Key> keys;
  do {
    ++number;
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return wrong("the file was cut off");
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (number == 1) {
      if (line != kFirstLine) return wrong("expected '" + std::string(kFirstLine) + "'");
      continue;
    }
    if (keys.size() == kMaxKeys) return wrong("there are two keys at most");
    auto key = key_of(line);
    if (!key) return wrong("expected a key: its name, a space, and 32 bytes or more in base64url");
    if (!keys.empty() && keys.front().id == key->id) return wrong("both keys have the same name");
    keys.push_back(std::move(*key));
  } while (!text.empty());
  ++number;
  if (keys.empty()) return wrong("expected a key");
  return Keyring(std::move(keys));
}

std::string Keyring::text() const {
  std::string text(kFirstLine);
  text += '\n';
  for (const Key& key : keys_) text += key.id + ' ' + to_base64url(key.secret) + '\n';
  return text;
}

Result<void> Keyring::save_new(const std::filesystem::path& path) const {
  return create_private_file(path, text());
}

Result<Keyring> Keyring::rotated() const {
  for (;;) {
    auto key = new_key();
    if (!key) return std::unexpected(key.error());
    if (key->id != signing_key().id) return Keyring({std::move(*key), signing_key()});
  }
}

Result<void> Keyring::replace(const std::filesystem::path& path) const {
  return replace_private_file(path, text());
}

Result<bool> create_keys_if_missing(const std::filesystem::path& path) {
  const auto there = stamp_of(path);
  if (there) return false;
  if (there.error().kind != ErrorKind::kNotFound) return std::unexpected(there.error());
  const auto keyring = Keyring::generate();
  if (!keyring) return std::unexpected(keyring.error());
  const auto saved = keyring->save_new(path);
  if (saved) return true;
  if (saved.error().kind == ErrorKind::kConflict) return false;
  return std::unexpected(saved.error());
}

}  // namespace skep::auth
