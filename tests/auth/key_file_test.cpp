#include "auth/key_file.hpp"

#include "auth/auth_fixture.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace skep::test {
namespace {

using auth::KeyFile;
using auth::Keyring;
using std::chrono::milliseconds;
using std::chrono::seconds;

class KeyFileTest : public ::testing::Test {
 protected:
  KeyFileTest() {
    EXPECT_TRUE(first_.save_new(path_));
    file_ = KeyFile::open(path_).value();
  }

  const TempDir dir_;
  const std::filesystem::path path_ = dir_.path() / "k";
  const Keyring first_ = Keyring::generate().value();
  std::unique_ptr<KeyFile> file_;
  const KeyFile::Clock::time_point start_ = KeyFile::Clock::now();
};

TEST_F(KeyFileTest, OpeningFailsAsLoadingDoes) {
  EXPECT_EQ(KeyFile::open(dir_.path() / "none").error().kind, ErrorKind::kNotFound);
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  EXPECT_EQ(KeyFile::open(path_).error().kind, ErrorKind::kInvalidArgument);
}

TEST_F(KeyFileTest, ARotationIsNoticedWithinASecond) {
  EXPECT_EQ(*file_->keyring(start_), first_);
  const auto token = mint(first_, full_claims()).value();
  const auto second = first_.rotated().value();
  ASSERT_TRUE(second.replace(path_));
  EXPECT_EQ(*file_->keyring(start_ + milliseconds(900)), first_);
  EXPECT_EQ(*file_->keyring(start_ + seconds(2)), second);
  EXPECT_TRUE(verify(*file_->keyring(start_ + seconds(2)), token, kNow));
  EXPECT_EQ(file_->last_error(), std::nullopt);
}

TEST_F(KeyFileTest, ADamagedFileLeavesTheKeyring) {
  const auto held = file_->keyring(start_);
  std::ofstream(path_, std::ios::trunc) << "skep keys 1\ngarbage\n";
  EXPECT_EQ(*file_->keyring(start_ + seconds(2)), first_);
  ASSERT_TRUE(file_->last_error());
  EXPECT_NE(file_->last_error()->message.find("line 2"), std::string::npos);

  std::filesystem::remove(path_);
  EXPECT_EQ(*file_->keyring(start_ + seconds(4)), first_);
  ASSERT_TRUE(file_->last_error());
  EXPECT_EQ(file_->last_error()->kind, ErrorKind::kNotFound);

  const auto second = Keyring::generate().value();
  ASSERT_TRUE(second.save_new(path_));
  EXPECT_EQ(*file_->keyring(start_ + seconds(6)), second);
  EXPECT_EQ(file_->last_error(), std::nullopt);
  EXPECT_EQ(*held, first_);
}

TEST_F(KeyFileTest, AFileThatWasOpenedToOthersIsReported) {
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  EXPECT_EQ(*file_->keyring(start_ + seconds(2)), first_);
  ASSERT_TRUE(file_->last_error());
  EXPECT_NE(file_->last_error()->message.find("chmod 600"), std::string::npos);
  ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
  EXPECT_EQ(*file_->keyring(start_ + seconds(4)), first_);
  EXPECT_EQ(file_->last_error(), std::nullopt);
}

TEST_F(KeyFileTest, WhatIsWrongIsToldOnceAndSoIsItsEnd) {
  std::vector<std::string> told;
  file_->watch(
      [&told](const std::optional<Error>& error) { told.push_back(error ? error->message : ""); });
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  for (int i = 2; i <= 6; ++i) static_cast<void>(file_->keyring(start_ + seconds(i)));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told.front().find(path_.string()), std::string::npos);
  ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
  for (int i = 8; i <= 12; ++i) static_cast<void>(file_->keyring(start_ + seconds(i)));
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told.back(), "");
}

TEST_F(KeyFileTest, ManyThreadsDuringRotations) {
  std::atomic<bool> done = false;
  std::atomic<int> empty_count = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int second = 0; !done; ++second) {
        if (file_->keyring(start_ + seconds(second))->keys().empty()) ++empty_count;
        (void)file_->last_error();
      }
    });
  }
  auto keys = first_;
  for (int i = 0; i < 50; ++i) {
    keys = keys.rotated().value();
    ASSERT_TRUE(keys.replace(path_));
  }
  done = true;
  threads.clear();
  EXPECT_EQ(empty_count, 0);
  EXPECT_EQ(*file_->keyring(start_ + std::chrono::hours(24 * 365)), keys);
  EXPECT_EQ(file_->last_error(), std::nullopt);
}

}  // namespace
}  // namespace skep::test
