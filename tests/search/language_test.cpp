#include "search/language.hpp"
#include "sqlite/search.hpp"
#include "support/expect.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sqlite3.h>

#include <memory>
#include <string>

namespace skep::search {
namespace {

using test::is_error;

Term word(std::string text) { return {std::move(text), false}; }
Term prefix(std::string text) { return {std::move(text), true}; }

Words parsed(std::string_view text) {
  auto words = parse_words(text);
  EXPECT_TRUE(test::is_ok(words)) << text;
  return words.value_or(Words());
}

TEST(LanguageTest, WordsMustAllBeThere) {
  EXPECT_EQ(parsed(" waggle\tdance "), (Words{{{word("waggle")}, {word("dance")}}, {}}));
}

TEST(LanguageTest, Phrases) {
  EXPECT_EQ(parsed(R"("waggle dance" bees)"),
            (Words{{{word("waggle dance")}, {word("bees")}}, {}}));
  EXPECT_EQ(parsed(R"("waggle dan"*)"), (Words{{{prefix("waggle dan")}}, {}}));
  EXPECT_EQ(parsed(R"("a""b"c)"), (Words{{{word("a")}, {word("b")}, {word("c")}}, {}}));
}

TEST(LanguageTest, ExcludedWords) {
  EXPECT_EQ(parsed(R"(bee -wasp -"paper wasp" -horn*)"),
            (Words{{{word("bee")}}, {word("wasp"), word("paper wasp"), prefix("horn")}}));
  EXPECT_EQ(parsed("bee --wasp"), (Words{{{word("bee")}}, {word("-wasp")}}));
}

TEST(LanguageTest, OrBindsTighterThanAnd) {
  EXPECT_EQ(parsed("a b OR c OR \"d e\" f"),
            (Words{{{word("a")}, {word("b"), word("c"), word("d e")}, {word("f")}}, {}}));
}

TEST(LanguageTest, EverythingElseIsPlainText) {
  EXPECT_EQ(parsed("or AND NOT NEAR(a b) task:x ^a +b {c} a\"b"), (Words{{{word("or")},
                                                                          {word("AND")},
                                                                          {word("NOT")},
                                                                          {word("NEAR(a")},
                                                                          {word("b)")},
                                                                          {word("task:x")},
                                                                          {word("^a")},
                                                                          {word("+b")},
                                                                          {word("{c}")},
                                                                          {word("a\"b")}},
                                                                         {}}));
  EXPECT_EQ(parsed("\"OR\""), (Words{{{word("OR")}}, {}}));
}

TEST(LanguageTest, WhatHasNoLetterIsPassedOver) {
  EXPECT_EQ(parsed("bees & \"!?\" - * honey"), (Words{{{word("bees")}, {word("honey")}}, {}}));
}

TEST(LanguageTest, WhatIsMalformedIsNamed) {
  constexpr auto kInvalid = ErrorKind::kInvalidArgument;
  const auto refused = [](std::string_view text, std::string_view part) {
    return is_error(parse_words(text), kInvalid, part);
  };
  EXPECT_TRUE(refused("", "no word to search for"));
  EXPECT_TRUE(refused(" & ", "no word to search for"));
  EXPECT_TRUE(refused("-a -b", "only words to exclude"));
  EXPECT_TRUE(refused("bees \"waggle", "a quote that is not closed at byte 5"));
  EXPECT_TRUE(refused("OR a", "OR without a word before it at byte 0"));
  EXPECT_TRUE(refused("a OR OR b", "OR without a word before it at byte 5"));
  EXPECT_TRUE(refused("a -b OR c", "OR without a word before it at byte 5"));
  EXPECT_TRUE(refused("a OR", "OR without a word after it at byte 2"));
  EXPECT_TRUE(refused("a OR -b", "OR before a word that is excluded at byte 5"));
  EXPECT_TRUE(refused("a\xff", "not valid UTF-8"));
}

TEST(LanguageTest, Limits) {
  std::string text;
  for (std::size_t i = 0; i < kMaxSearchTerms; ++i) text += "a ";
  EXPECT_TRUE(test::is_ok(parse_words(text)));
  EXPECT_TRUE(is_error(parse_words(text + "-b"), ErrorKind::kTooLarge, "more than 32"));
  EXPECT_TRUE(test::is_ok(parse_words(std::string(kMaxSearchWordBytes, 'x'))));
  EXPECT_TRUE(is_error(parse_words(std::string(kMaxSearchWordBytes + 1, 'x')), ErrorKind::kTooLarge,
                       "the limit is 1000"));
  std::string ors = "a";
  for (int i = 0; i < 200; ++i) ors += " OR";
  EXPECT_TRUE(is_error(parse_words(ors), ErrorKind::kTooLarge));
}

// A table like that of the index.
class Fts5 {
 public:
  Fts5() {
    sqlite3_open(":memory:", &db_);
    sqlite3_exec(
        db_,
        "CREATE VIRTUAL TABLE t USING fts5(text, tokenize='unicode61 remove_diacritics 2');"
        "INSERT INTO t VALUES ('some words')",
        nullptr, nullptr, nullptr);
    sqlite3_prepare_v2(db_, "SELECT bm25(t) FROM t WHERE t MATCH ?1", -1, &match_, nullptr);
  }
  Fts5(const Fts5&) = delete;
  Fts5& operator=(const Fts5&) = delete;
  ~Fts5() {
    sqlite3_finalize(match_);
    sqlite3_close(db_);
  }

  // What SQLite says of the query; empty if it takes it.
  std::string complaint(const std::string& query) {
    sqlite3_reset(match_);
    sqlite3_bind_text64(match_, 1, query.data(), query.size(), SQLITE_STATIC, SQLITE_UTF8);
    const int code = sqlite3_step(match_);
    return code == SQLITE_ROW || code == SQLITE_DONE ? "" : sqlite3_errmsg(db_);
  }

 private:
  sqlite3* db_ = nullptr;
  sqlite3_stmt* match_ = nullptr;
};

TEST(LanguageTest, SyntaxOfTheEngineDoesNotReachIt) {
  Fts5 engine;
  EXPECT_NE(engine.complaint("nosuch : x"), "");
  EXPECT_EQ(engine.complaint(sqlite::to_fts5(parsed("nosuch : x"))), "");
}

// Made of what matters to either language, or of any bytes.
rc::Gen<std::string> any_words() {
  const auto piece = rc::gen::element<std::string>(
      "a", "bee", "OR", "AND", "NOT", "NEAR", " ", " ", "\"", "-", "*", "(", ")", ":", "^", "+",
      "{", "}", ",", "'", ";", "\\", std::string(1, '\0'), "\u200B", "\u6771\u4eac", "\u00e9",
      "\u0301", "\U0001F41D", "\u0967", "\xff");
  const auto pieces = rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                                   [](const std::vector<std::string>& parts) {
                                     std::string text;
                                     for (const auto& part : parts) text += part;
                                     return text;
                                   });
  return rc::gen::oneOf(pieces, rc::gen::arbitrary<std::string>());
}

TEST(LanguageTest, AnyBytesAreAnErrorOrAQueryThatTheEngineTakes) {
  Fts5 engine;
  std::size_t taken = 0;
  const bool holds = rc::check([&] {
    const std::string text = *any_words();
    const auto words = parse_words(text);
    if (!words) {
      RC_ASSERT(words.error().kind == ErrorKind::kInvalidArgument ||
                words.error().kind == ErrorKind::kTooLarge);
      return;
    }
    ++taken;
    RC_ASSERT(engine.complaint(sqlite::to_fts5(*words)) == "");
  });
  EXPECT_TRUE(holds);
  EXPECT_GT(taken, 0U);
}

}  // namespace
}  // namespace skep::search
