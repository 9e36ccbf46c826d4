// The keys that sign tokens, and the file that holds them:
//
//   skep keys 1
//   KID BASE64URL
//   KID BASE64URL
//
// The first key signs; a second, if there is one, still verifies. KID is 1 to 64 of `A-Za-z0-9_-`,
// the key at least 32 bytes, without padding. Each line ends in a line feed, the last one too, so
// that a file that was cut off shows. Only its owner may read it.
#pragma once

#include <skep/error.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace skep::auth {

/// `secret` is bytes, not text.
struct Key {
  std::string id;
  std::string secret;

  friend bool operator==(const Key&, const Key&) = default;
};

/// One or two keys. A plain value: reading it from several threads is safe.
class Keyring {
 public:
  /// One new key. Fails with `kInternal` if there is no randomness.
  [[nodiscard]] static Result<Keyring> generate();

  /// Reads a file. Fails with `kNotFound` if there is none, with `kInvalidArgument` if group or
  /// others may use it or if its format is wrong (the message names the line), and with `kInternal`
  /// if it cannot be read.
  [[nodiscard]] static Result<Keyring> load(const std::filesystem::path& path);

  /// Reads the text of a file; `name` is for messages.
  [[nodiscard]] static Result<Keyring> parse(std::string_view text, const std::string& name);

  /// Writes a file of mode 0600 that was not there. Fails with `kConflict` if it is. It is whole
  /// from the moment it exists, and durable when this returns.
  [[nodiscard]] Result<void> save_new(const std::filesystem::path& path) const;

  /// With a new key that signs. The former one still verifies; older ones are dropped.
  [[nodiscard]] Result<Keyring> rotated() const;

  /// Replaces a file by one of mode 0600, at once and durably. A link stays one.
  [[nodiscard]] Result<void> replace(const std::filesystem::path& path) const;

  /// The one that signs first.
  [[nodiscard]] const std::vector<Key>& keys() const noexcept { return keys_; }
  [[nodiscard]] const Key& signing_key() const noexcept { return keys_.front(); }

  friend bool operator==(const Keyring&, const Keyring&) = default;

 private:
  explicit Keyring(std::vector<Key> keys) : keys_(std::move(keys)) {}
  [[nodiscard]] std::string text() const;

  std::vector<Key> keys_;  // Never empty.
};

/// Makes a file with one new key if there is none. Tells whether this call made it: of several
/// processes that try at once, one does.
[[nodiscard]] Result<bool> create_keys_if_missing(const std::filesystem::path& path);

}  // namespace skep::auth
