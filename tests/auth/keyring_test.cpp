#include "auth/keyring.hpp"

#include "auth/base64url.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <set>
#include <sstream>

namespace skep::test {
namespace {

namespace fs = std::filesystem;
using auth::Keyring;

class KeyringTest : public ::testing::Test {
 protected:
  void write(const std::string& text) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
    fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
  }
  void expect_wrong(const std::string& text, const std::string& part) {
    write(text);
    const auto loaded = Keyring::load(path_);
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(loaded.error().kind, ErrorKind::kInvalidArgument);
    EXPECT_NE(loaded.error().message.find(part), std::string::npos) << loaded.error().message;
    EXPECT_NE(loaded.error().message.find(path_.string()), std::string::npos);
  }
  [[nodiscard]] std::size_t file_count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(dir_.path()), fs::directory_iterator()));
  }
  [[nodiscard]] mode_t mode() const {
    struct stat status = {};
    ::stat(path_.c_str(), &status);
    return status.st_mode & 07777U;
  }

  const TempDir dir_;
  const fs::path path_ = dir_.path() / "skep.db.key";
};

TEST_F(KeyringTest, ANewKeyIsLongAndItsOwn) {
  const auto one = Keyring::generate().value();
  const auto two = Keyring::generate().value();
  ASSERT_EQ(one.keys().size(), 1U);
  EXPECT_EQ(one.signing_key().secret.size(), 32U);
  EXPECT_NE(one.signing_key().secret, two.signing_key().secret);
  EXPECT_NE(one.signing_key().id, two.signing_key().id);
}

TEST_F(KeyringTest, WhatIsSavedIsLoaded) {
  const auto keys = Keyring::generate().value().rotated().value();
  ASSERT_TRUE(keys.save_new(path_));
  EXPECT_EQ(Keyring::load(path_).value(), keys);
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(KeyringTest, RotationKeepsOneFormerKey) {
  const auto first = Keyring::generate().value();
  const auto second = first.rotated().value();
  const auto third = second.rotated().value();
  ASSERT_EQ(second.keys().size(), 2U);
  EXPECT_EQ(second.keys()[1], first.signing_key());
  ASSERT_EQ(third.keys().size(), 2U);
  EXPECT_EQ(third.keys()[1], second.signing_key());
}

TEST_F(KeyringTest, TheModeIsPrivateWhateverTheUmask) {
  for (const mode_t mask : {0U, 0077U, 0777U}) {
    const mode_t before = ::umask(mask);
    const bool saved = Keyring::generate().value().save_new(path_).has_value();
    const mode_t made = mode();
    const bool replaced = Keyring::generate().value().replace(path_).has_value();
    const mode_t put = mode();
    ::umask(before);
    EXPECT_TRUE(saved && replaced);
    EXPECT_EQ(made, 0600U);
    EXPECT_EQ(put, 0600U);
    EXPECT_EQ(file_count(), 1U);
    fs::remove(path_);
  }
}

TEST_F(KeyringTest, AFileThatIsThereIsNotOverwritten) {
  const auto keys = Keyring::generate().value();
  ASSERT_TRUE(keys.save_new(path_));
  const auto again = Keyring::generate().value().save_new(path_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(Keyring::load(path_).value(), keys);
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(KeyringTest, AFileThatOthersMayUseIsRefused) {
  ASSERT_TRUE(Keyring::generate().value().save_new(path_));
  for (const mode_t mode : {0640U, 0604U, 0644U, 0620U, 0666U}) {
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    const auto loaded = Keyring::load(path_);
    ASSERT_FALSE(loaded) << mode;
    EXPECT_EQ(loaded.error().kind, ErrorKind::kInvalidArgument);
    EXPECT_NE(loaded.error().message.find("chmod 600 " + path_.string()), std::string::npos);
  }
  ASSERT_EQ(::chmod(path_.c_str(), 0400), 0);
  EXPECT_TRUE(Keyring::load(path_));
}

TEST_F(KeyringTest, LinksAreFollowedAndStay) {
  const auto keys = Keyring::generate().value();
  const auto target = dir_.path() / "elsewhere";
  ASSERT_TRUE(keys.save_new(target));
  fs::create_symlink(target, path_);
  EXPECT_EQ(Keyring::load(path_).value(), keys);
  const auto rotated = keys.rotated().value();
  ASSERT_TRUE(rotated.replace(path_));
  EXPECT_TRUE(fs::is_symlink(path_));
  EXPECT_EQ(Keyring::load(target).value(), rotated);
  EXPECT_FALSE(keys.save_new(path_));
}

TEST_F(KeyringTest, WhatIsNoFile) {
  EXPECT_EQ(Keyring::load(path_).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(Keyring::load(dir_.path()).error().kind, ErrorKind::kInvalidArgument);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(Keyring::load(path_).error().kind, ErrorKind::kInvalidArgument);
  const auto nowhere = dir_.path() / "no" / "such";
  const auto keys = Keyring::generate().value();
  EXPECT_EQ(keys.save_new(nowhere).error().kind, ErrorKind::kInternal);
  EXPECT_EQ(keys.replace(nowhere).error().kind, ErrorKind::kInternal);
}

TEST_F(KeyringTest, WrongFormats) {
  const std::string key = auth::to_base64url(std::string(32, 'k'));
  write("skep keys 1\na " + key + "\nb " + key + "\n");
  EXPECT_EQ(Keyring::load(path_).value().signing_key().id, "a");

  expect_wrong("", "line 1: the file was cut off");
  expect_wrong("skep keys 2\na " + key + "\n", "line 1: expected 'skep keys 1'");
  expect_wrong("skep keys 1\r\na " + key + "\r\n", "line 1: ");
  expect_wrong("skep keys 1\n", "line 2: expected a key");
  expect_wrong("skep keys 1\na " + key, "line 2: the file was cut off");
  expect_wrong("skep keys 1\n" + key + "\n", "line 2: expected a key: ");
  expect_wrong("skep keys 1\n " + key + "\n", "line 2: ");
  expect_wrong("skep keys 1\na  " + key + "\n", "line 2: ");
  expect_wrong("skep keys 1\na " + key + "=\n", "line 2: ");
  expect_wrong("skep keys 1\na " + key.substr(0, 42) + "\n", "line 2: ");
  expect_wrong("skep keys 1\na\xc3\xa9 " + key + "\n", "line 2: ");
  expect_wrong("skep keys 1\n" + std::string(65, 'a') + " " + key + "\n", "line 2: ");
  expect_wrong("skep keys 1\na " + key + "\na " + key + "\n", "line 3: both keys");
  expect_wrong("skep keys 1\na " + key + "\n\n", "line 3: ");
  expect_wrong("skep keys 1\na " + key + "\nb " + key + "\nc " + key + "\n", "line 4: ");
  expect_wrong(std::string(100'000, 'x'), "more than 65536 bytes");
}

TEST_F(KeyringTest, MessagesShowNoKey) {
  const std::string key = auth::to_base64url(std::string(32, 'k'));
  write("skep keys 1\na " + key + "!\n");
  EXPECT_EQ(Keyring::load(path_).error().message.find(key.substr(0, 8)), std::string::npos);
}

TEST_F(KeyringTest, OfSeveralProcessesOneMakesTheFile) {
  constexpr int kProcesses = 8;
  for (int round = 0; round < 10; ++round) {
    std::array<int, 2> gate{};
    ASSERT_EQ(::pipe(gate.data()), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < kProcesses; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        ::close(gate[1]);
        char byte = 0;
        [[maybe_unused]] const ssize_t opened = ::read(gate[0], &byte, 1);
        const auto made = auth::create_keys_if_missing(path_);
        // Whoever comes second reads a whole file at once.
        if (!made || !Keyring::load(path_)) ::_exit(2);
        ::_exit(*made ? 1 : 0);
      }
      children.push_back(child);
    }
    ::close(gate[0]);
    ::close(gate[1]);  // All of them go.
    int made_count = 0;
    for (const pid_t child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) < 2) << status;
      made_count += WEXITSTATUS(status);
    }
    EXPECT_EQ(made_count, 1);
    EXPECT_TRUE(Keyring::load(path_));
    EXPECT_EQ(file_count(), 1U);
    fs::remove(path_);
  }
}

}  // namespace
}  // namespace skep::test
