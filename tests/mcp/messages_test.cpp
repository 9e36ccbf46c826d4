// Messages and arguments that are not as they should be.
#include "mcp/arguments.hpp"
#include "mcp/json_rpc.hpp"
#include "mcp/tools.hpp"

#include <skep/memory_store.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace skep::mcp {
namespace {

TEST(MessageTest, Requests) {
  const auto message = read_message(
      parse_json(R"({"jsonrpc":"2.0","id":"a","method":"m","params":{"x":1}})").value());
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->is_request());
  EXPECT_EQ(message->method, "m");
  EXPECT_EQ(message->params.at("x").as_int64(), 1);
  EXPECT_FALSE(read_message(parse_json(R"({"jsonrpc":"2.0","method":"m"})").value())->is_request());
}

TEST(MessageTest, WhatIsNone) {
  for (const char* text :
       {"5", "[]", "{}", R"({"jsonrpc":"1.0","id":1,"method":"m"})", R"({"jsonrpc":"2.0","id":1})",
        R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", R"({"jsonrpc":"2.0","id":null,"method":"m"})",
        R"({"jsonrpc":"2.0","id":1,"method":2})",
        R"({"jsonrpc":"2.0","method":"m","params":[]})"}) {
    const auto message = read_message(parse_json(text).value());
    ASSERT_FALSE(message) << text;
    EXPECT_EQ(message.error().code, RpcCode::kInvalidRequest);
  }
  for (const char* text : {"", "{", "\"\xff\"", "1 2", "nul"}) {
    EXPECT_EQ(parse_json(text).error().code, RpcCode::kParseError) << text;
  }
}

TEST(ArgumentsTest, NumbersAsModelsWriteThem) {
  const auto object = boost::json::parse(R"({"a":5,"b":5.0,"c":5.5,"d":-1,"e":"5","f":null})");
  const auto number = [&object](std::string_view name) {
    Arguments arguments(object.get_object(), {"a", "b", "c", "d", "e", "f"});
    const auto value = arguments.number(name, 0, 10);
    return std::pair(value, arguments.error().has_value());
  };
  const std::optional<std::uint64_t> five = 5;
  EXPECT_EQ(number("a"), std::pair(five, false));
  EXPECT_EQ(number("b"), std::pair(five, false));
  for (const char* wrong : {"c", "d", "e"}) EXPECT_TRUE(number(wrong).second) << wrong;
  const std::optional<std::uint64_t> none;
  EXPECT_EQ(number("f"), std::pair(none, false));
}

TEST(ArgumentsTest, WhatIsWrongFirstIsSaid) {
  const auto object = boost::json::parse(R"({"a":1,"odd":2})");
  Arguments arguments(object.get_object(), {"a", "b"});
  EXPECT_EQ(arguments.text("a"), std::nullopt);
  arguments.refuse("later");
  ASSERT_TRUE(arguments.error());
  EXPECT_EQ(arguments.error()->message, "there is no argument 'odd' here; there are: a, b");
}

TEST(ToolsTest, TheListCostsLittleWhoeverAsks) {
  const auto store = make_memory_store();
  Service service(*store, "0.0.0");
  for (const char* root : {"", "."}) {
    service.file_root = root;
    const std::string text = boost::json::serialize(tool_definitions(service, Scope()));
    EXPECT_LT(text.size(), 6'000U);
  }
}

}  // namespace
}  // namespace skep::mcp
