// Addresses, cursors and Base64: what is written is read back, and nothing else is.
#include "mcp/base64.hpp"
#include "mcp/uri.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace skep::mcp {
namespace {

TEST(UriTest, Addresses) {
  EXPECT_EQ(uri_of(OutputRef("out-0123456789")), "skep://output/out-0123456789");
  EXPECT_EQ(uri_of(RunId("bees/é 1", 7)), "skep://run/bees%2F%C3%A9%201/7");
  EXPECT_EQ(uri_of(LatestOf("")), "skep://latest/");
  for (const char* wrong :
       {"", "skep:", "skep://", "skep://output", "skep://hive/x", "http://output/x",
        "skep://run/bees", "skep://run/bees/", "skep://run/bees/-1", "skep://run/bees/1.0",
        "skep://run/bees/4294967296", "skep://run/a/b/1", "skep://latest/a/b", "skep://output/%zz",
        "skep://output/%"}) {
    EXPECT_FALSE(parse_uri(wrong)) << wrong;
  }
}

TEST(UriTest, EveryNameComesBack) {
  EXPECT_TRUE(rc::check([](const std::string& name, std::uint32_t attempt) {
    RC_ASSERT(parse_uri(uri_of(OutputRef(name))) == ResourceName(OutputRef(name)));
    RC_ASSERT(parse_uri(uri_of(RunId(name, attempt))) == ResourceName(RunId(name, attempt)));
    RC_ASSERT(parse_uri(uri_of(LatestOf(name))) == ResourceName(LatestOf(name)));
  }));
}

TEST(UriTest, EveryCursorComesBack) {
  EXPECT_TRUE(rc::check([](const std::string& first, const std::string& second) {
    const Form form{{"ref", first}, {"grep", second}};
    RC_ASSERT(parse_form(to_form_text(form)) == form);
  }));
  EXPECT_FALSE(parse_form("a=%z"));
}

TEST(UriTest, Numbers) {
  EXPECT_EQ(parse_number("0", 9), 0U);
  EXPECT_EQ(parse_number("18446744073709551615", ~std::uint64_t{0}), ~std::uint64_t{0});
  for (const char* wrong : {"", "-1", "+1", " 1", "1 ", "1x", "0x1", "10"}) {
    EXPECT_FALSE(parse_number(wrong, 9)) << wrong;
  }
}

// RFC 4648, section 10.
TEST(Base64Test, TheVectorsOfTheStandard) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
  for (const char* wrong :
       {"Zg", "Zg=", "Zg==\n", " Zg==", "Z=g=", "====", "Zm9v====", "Z-==", "é"}) {
    EXPECT_FALSE(from_base64(wrong)) << wrong;
  }
}

TEST(Base64Test, AllBytesComeBack) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& octets) {
    const std::string bytes(octets.begin(), octets.end());
    RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
  }));
}

}  // namespace
}  // namespace skep::mcp
