// What `skep why` and `skep impact` show.
#include "cli/cli_fixture.hpp"

#include <boost/json.hpp>

namespace skep::test {
namespace {

class LineageTest : public CliTest {
 protected:
  // Refs are the store's to choose: in what is shown, each gives way to a name.
  [[nodiscard]] std::string shown(std::string text) const {
    for (const auto& [ref, name] : names_) {
      for (auto at = text.find(ref); at != std::string::npos; at = text.find(ref)) {
        text.replace(at, ref.size(), name);
      }
    }
    return text;
  }

  std::string put(const std::string& name, const std::vector<std::string>& parents) {
    std::vector<std::string> more;
    for (const auto& parent : parents) more.insert(more.end(), {"--parent", parent});
    const auto ref = emit("agent-" + name, "words of " + name, more);
    names_.emplace_back(ref, "<" + name + ">");
    return ref;
  }

 private:
  std::vector<std::pair<std::string, std::string>> names_;
};

TEST_F(LineageTest, ATreeShowsEachOutputOnce) {
  const auto top = put("top", {});
  const auto left = put("left", {top, "lost"});
  const auto mid = put("mid", {left});
  const auto right = put("right", {top});
  const auto end = put("end", {mid, right, top});
  const Ran why = skep({"why", end});
  ASSERT_EQ(why.code, 0) << why.err;
  EXPECT_EQ(shown(why.out),
            "<end>  agent-end  final  t/1  words of end\n"
            "├─ <mid>  agent-mid  final  t/1  words of mid\n"
            "│  └ <left>  agent-left  final  t/1  words of left\n"
            "│  ├─ <top>  agent-top  final  t/1  words of top\n"
            "│  └─ lost  (missing)\n"
            "├─ <right>  agent-right  final  t/1  words of right\n"
            "│  └ <top>  (above)\n"
            "└─ <top>  (above)\n");
  const Ran impact = skep({"impact", top});
  ASSERT_EQ(impact.code, 0) << impact.err;
  EXPECT_EQ(shown(impact.out),
            "<top>  agent-top  final  t/1  words of top\n"
            "├─ <left>  agent-left  final  t/1  words of left\n"
            "│  └ <mid>  agent-mid  final  t/1  words of mid\n"
            "│  └ <end>  agent-end  final  t/1  words of end\n"
            "├─ <right>  agent-right  final  t/1  words of right\n"
            "│  └ <end>  (above)\n"
            "└─ <end>  (above)\n");
  EXPECT_EQ(skep({"why", "agent-end"}).out, why.out);
  EXPECT_EQ(shown(skep({"impact", "lost", "--depth", "1"}).out),
            "lost  (missing)\n"
            "└ <left>  agent-left  final  t/1  words of left  …\n"
            "… there is more: --depth N goes deeper, 'skep impact <left>' goes on from there\n");
}

TEST_F(LineageTest, CyclesAreMarked) {
  write_file("in.ndjson", R"({"id":"a","task_id":"t","attempt":1,"producer_agent":"x","event":)"
                          R"({"type":"progress","stage":"s","note":null},"parent_refs":["b","a"]})"
                          "\n"
                          R"({"id":"b","task_id":"t","attempt":1,"producer_agent":"x","event":)"
                          R"({"type":"progress","stage":"s","note":null},"parent_refs":["a"]})"
                          "\n");
  ASSERT_EQ(skep({"import", "in.ndjson"}).code, 0);
  EXPECT_EQ(skep({"why", "a"}).out,
            "a  x  progress  t/1  s\n"
            "├─ a  (cycle)\n"
            "└─ b  x  progress  t/1  s\n"
            "   └ a  (cycle)\n");
}

TEST_F(LineageTest, CutsSayHowToGoOn) {
  const auto a = put("a", {});
  const auto b = put("b", {a});
  const auto c = put("c", {b});
  EXPECT_EQ(shown(skep({"why", c, "--depth", "1"}).out),
            "<c>  agent-c  final  t/1  words of c\n"
            "└ <b>  agent-b  final  t/1  words of b  …\n"
            "… there is more: --depth N goes deeper, 'skep why <b>' goes on from there\n");
  const Ran few = skep({"impact", a, "--count", "2"});
  EXPECT_NE(few.out.find("--count N shows up to 100000 outputs"), std::string::npos) << few.out;
}

TEST_F(LineageTest, ControlCharactersAreSpelledOut) {
  const auto ref = emit("evil\x1b[2J\n", "\x1b]0;x\x07", {"--parent", "\x1b[31mp"});
  const Ran ran = skep({"why", ref});
  EXPECT_EQ(ran.out.find_first_of("\x1b\x07"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("└ \\x1b[31mp  (missing)\n"), std::string::npos) << ran.out;
  for (const auto* form : {"--dot", "--mermaid", "--json"}) {
    EXPECT_EQ(skep({"why", ref, form}).out.find_first_of("\x1b\x07"), std::string::npos) << form;
  }
}

TEST_F(LineageTest, ForPrograms) {
  const auto a = put("a", {});
  const auto b = put("b", {a});
  const auto lineage = boost::json::parse(skep({"why", b, "--json"}).out);
  EXPECT_EQ(lineage.at("nodes").as_array().size(), 2U);
  EXPECT_EQ(lineage.at("edges"),
            boost::json::parse("[{\"child\":\"" + b + "\",\"parent\":\"" + a + "\"}]"));
  EXPECT_TRUE(skep({"impact", a, "--dot"}).out.starts_with("digraph lineage {\n"));
  EXPECT_TRUE(skep({"impact", a, "--mermaid"}).out.starts_with("flowchart TD\n"));
}

TEST_F(LineageTest, Failures) {
  const auto ref = put("a", {});
  EXPECT_EQ(skep({"why", "nothing"}).code, 3);
  EXPECT_EQ(skep({"impact", "nothing"}).err, "skep: output not found: nothing\n");
  EXPECT_EQ(skep({"why"}).code, 2);
  EXPECT_EQ(skep({"why", ref, "--count", "0"}).code, 2);
  EXPECT_EQ(skep({"why", ref, "--count", "100001"}).code, 2);
  EXPECT_EQ(skep({"why", ref, "--depth", "x"}).code, 2);
  EXPECT_EQ(skep({"why", ref, "--dot", "--mermaid"}).code, 2);
  EXPECT_EQ(skep({"why", ref, "--dot", "--json"}).code, 2);
}

// Neither the stack nor the width of what is shown grows with the length of a chain.
TEST_F(LineageTest, ALongChainIsAList) {
  constexpr int kCount = 100'000;
  std::string lines;
  for (int i = 0; i < kCount; ++i) {
    lines += R"({"id":"r)" + std::to_string(i) +
             R"(","task_id":"t","attempt":1,"producer_agent":"x","event":{"type":"progress",)"
             R"("stage":"s","note":null},"parent_refs":["r)" +
             std::to_string(i - 1) + "\"]}\n";
  }
  write_file("in.ndjson", lines);
  ASSERT_EQ(skep({"import", "in.ndjson"}).code, 0);
  const std::vector<std::string> whole{"--depth", "1000000", "--count", "100000"};
  auto arguments = whole;
  arguments.insert(arguments.begin(), {"impact", "r0"});
  const auto tree = lines_of(skep(arguments).out);
  ASSERT_EQ(tree.size(), std::size_t{kCount});
  EXPECT_EQ(tree.back(), "└ r99999  x  progress  t/1");
}

}  // namespace
}  // namespace skep::test
