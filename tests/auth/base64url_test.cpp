#include "auth/base64url.hpp"

#include <gtest/gtest.h>

namespace skep::auth {
namespace {

TEST(Base64urlTest, TheExamplesOfTheStandard) {
  EXPECT_EQ(to_base64url(""), "");
  EXPECT_EQ(to_base64url("f"), "Zg");
  EXPECT_EQ(to_base64url("fo"), "Zm8");
  EXPECT_EQ(to_base64url("foo"), "Zm9v");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
}

TEST(Base64urlTest, AllBytesComeBack) {
  std::string bytes;
  for (int value = 0; value < 256; ++value) {
    bytes.push_back(static_cast<char>(value));
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
}

TEST(Base64urlTest, OneSpellingOnly) {
  EXPECT_EQ(from_base64url("Zg"), "f");
  for (const std::string text : {"Zh", "Zg==", "Zg=", "Z", "Zm9vZ", "Zg\n", " Zg", "+/8",
                                 "Zm9v\xc3", "Z.", "Zm8=", "===="}) {
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
  }
  EXPECT_EQ(from_base64url(std::string_view("Zg\0", 3)), std::nullopt);
}

}  // namespace
}  // namespace skep::auth
