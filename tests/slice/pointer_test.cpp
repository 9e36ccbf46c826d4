#include "slice/pointer.hpp"
#include "slice/slice_fixture.hpp"

namespace skep::test {
namespace {

constexpr std::string_view kJson =
    R"({"a": [10, {"b": "x\ny \u00e9\ud83d\udc1d"}, [] ], "": 1e2, "a/b": true, "m~n": null, "a": 2})";

std::string at(const std::string& pointer, std::string_view json = kJson) {
  slice::StringSource source(json);
  SliceQuery query;
  query.pointer = pointer;
  const auto part = slice::slice_value(source, query, {});
  return part ? part->text : std::string(part.error().message);
}

TEST(PointerTest, SelectsAValue) {
  EXPECT_EQ(at(""), kJson);
  EXPECT_EQ(at("/a/0"), "10");
  EXPECT_EQ(at("/a/1"), R"({"b": "x\ny \u00e9\ud83d\udc1d"})");
  EXPECT_EQ(at("/a/1/b"), "x\ny \u00e9\U0001F41D");
  EXPECT_EQ(at("/a/2"), "[]");
  EXPECT_EQ(at("/"), "1e2");
  EXPECT_EQ(at("/a~1b"), "true");
  EXPECT_EQ(at("/m~0n"), "null");
  EXPECT_EQ(at("", R"("text")"), "text");
}

TEST(PointerTest, KeysAreComparedAsTheyAreSpelt) {
  EXPECT_EQ(at("/k\u00e9", R"({"k\u00e9": 1})"), "1");
  EXPECT_EQ(at("/\"", R"({"\"": 1})"), "1");
}

TEST(PointerTest, OfMembersWithOneNameTheFirstCounts) {
  EXPECT_EQ(at("/k", R"({"k": 1, "k": 2})"), "1");
}

TEST(PointerTest, SaysWhatThereIsInstead) {
  EXPECT_EQ(at("/x"),
            R"(the JSON Pointer "/x" leads nowhere at "x": the value is an object, whose members )"
            R"(are "a", "", "a/b", "m~n", "a")");
  EXPECT_EQ(at("/a/3"),
            R"(the JSON Pointer "/a/3" leads nowhere at "3": the value at "/a" is an array of )"
            R"(3 elements: 0 to 2)");
  EXPECT_EQ(at("/a/1/b/c"),
            R"(the JSON Pointer "/a/1/b/c" leads nowhere at "c": the value at "/a/1/b" is a )"
            R"(string, with nothing below it)");
  EXPECT_NE(at("/a/01").find("an array of 3"), std::string::npos);
  EXPECT_NE(at("/a/-").find("an array of 3"), std::string::npos);
  EXPECT_NE(at("/a/2/0").find("an array without elements"), std::string::npos);
  EXPECT_NE(at("/0", "[1]").find("1"), std::string::npos);
  EXPECT_NE(at("/1", "[1]").find("an array of 1 element: 0"), std::string::npos);
  EXPECT_NE(at("/x", "{}").find("an object without members"), std::string::npos);
}

TEST(PointerTest, ListsOnlySoManyKeys) {
  std::string json = "{";
  for (int i = 0; i < 1000; ++i) json += '"' + std::string(100, 'k') + std::to_string(i) + "\":1,";
  json += "\"z\":1}";
  const std::string message = at("/x", json);
  EXPECT_LT(message.size(), 2'500U);
  EXPECT_TRUE(message.ends_with("and 981 more")) << message;
}

TEST(PointerTest, AMalformedPointer) {
  for (const auto* pointer : {"a", "/~", "/~2", "/a~"}) {
    EXPECT_TRUE(is_error(slice::parse_pointer(pointer), ErrorKind::kInvalidArgument)) << pointer;
  }
}

TEST(PointerTest, TextThatIsNotJson) {
  for (const auto* json :
       {"", "{", "{\"a\"", "{\"a\":", "{\"a\":[", "[1", "{a:1}", "[1 2]", "\""}) {
    slice::StringSource source(json);
    const auto found = slice::find_value(source, "/x/0", {});
    EXPECT_FALSE(found) << json;
  }
  EXPECT_EQ(at("", R"("\ud800")"), R"("\ud800")");
}

TEST(PointerTest, OfATextThatIsNotJsonThereIsNone) {
  slice::StringSource source("text");
  SliceQuery query;
  query.pointer = "/a";
  EXPECT_TRUE(is_error(slice::slice_content(source, "text/plain", query, {}),
                       ErrorKind::kInvalidArgument, "text/plain"));
}

}  // namespace
}  // namespace skep::test
